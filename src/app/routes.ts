import type { Action } from '../accounts/index.ts';

export type Method = 'GET' | 'POST' | 'PUT';

/** What a route asks of its viewer: an action of the gate, or `open` when there is nothing to protect. */
export type Permission = Action | 'open';

/**
 * Every route and method of the portal with the permission it asks for. The gate decides where the data is read; this
 * table is what the build checks each route against (one that is missing here fails it), what the front refuses other
 * methods by, and what the permission tests call with every kind of viewer. HEAD is asked as GET.
 */
export const routes: Readonly<Record<string, Partial<Record<Method, Permission>>>> = {
  '/': { GET: 'open' },
  '/theme': { POST: 'open' },
  '/sitemap.xml': { GET: 'open' },
  '/robots.txt': { GET: 'open' },
  '/llms.txt': { GET: 'open' },
  '/[locale]': { GET: 'open' },
  '/[locale]/feed.xml': { GET: 'open' },
  '/[locale]/search': { GET: 'open' },
  '/[locale]/categories/[slug]': { GET: 'open' },
  '/[locale]/articles/[slug]': { GET: 'article.read', POST: 'article.read' },
  '/[locale]/articles/[slug].md': { GET: 'article.read' },
  '/[locale]/answered': { GET: 'open', POST: 'open' },
  '/[locale]/ask': { GET: 'open', POST: 'ticket.open' },
  '/[locale]/ask/sent': { GET: 'open' },
  '/[locale]/tickets': { GET: 'ticket.list' },
  '/[locale]/tickets/[number]': { GET: 'ticket.read', POST: 'ticket.answer' },
  '/[locale]/orders': { GET: 'order.list' },
  '/[locale]/orders/[number]': { GET: 'order.read' },
  '/[locale]/orders/[number]/delivery.ics': { GET: 'order.read' },
  '/[locale]/account/security': { GET: 'account.secure', POST: 'account.secure' },
  '/[locale]/orders/find': { GET: 'open', POST: 'open' },
  '/[locale]/orders/find/code': { GET: 'open', POST: 'open' },
  '/[locale]/orders/view/[token]': { GET: 'order.view', POST: 'open' },
  '/[locale]/account': { GET: 'account.read', POST: 'account.read' },
  '/[locale]/account/data': { GET: 'data.own', POST: 'data.own' },
  '/[locale]/account/new-address': { GET: 'data.own', POST: 'data.own' },
  '/[locale]/account/keep-data': { GET: 'open', POST: 'open' },
  '/[locale]/account/members': { GET: 'members.read', POST: 'members.read' },
  '/[locale]/account/switch': { POST: 'account.secure' },
  '/[locale]/invitation': { GET: 'open', POST: 'open' },
  '/[locale]/sign-in': { GET: 'open', POST: 'open' },
  '/[locale]/sign-in/code': { GET: 'open', POST: 'open' },
  '/[locale]/join': { GET: 'open', POST: 'open' },
  '/[locale]/sign-up': { GET: 'open', POST: 'open' },
  '/[locale]/sign-in/link': { GET: 'open', POST: 'open' },
  '/[locale]/forgotten': { GET: 'open', POST: 'open' },
  '/[locale]/enter': { GET: 'open', POST: 'open' },
  '/[locale]/set-up': { GET: 'open', POST: 'open' },
  '/[locale]/sign-out': { POST: 'open' },
  '/staff': { GET: 'open' },
  '/staff/tickets': { GET: 'ticket.work' },
  '/staff/tickets/[number]': { GET: 'ticket.work', POST: 'ticket.work' },
  '/staff/orders/[number]': { GET: 'customer.read' },
  '/staff/articles': { GET: 'article.suggest', POST: 'article.write' },
  '/staff/articles/new': { GET: 'article.suggest', POST: 'article.suggest' },
  '/staff/articles/[id]': { GET: 'article.suggest', POST: 'article.suggest' },
  '/staff/articles/[id]/preview': { GET: 'article.suggest' },
  '/staff/articles/[id]/revisions': { GET: 'article.suggest', POST: 'article.write' },
  '/staff/groups': { GET: 'customer.read', POST: 'part.manage' },
  '/staff/groups/[key]': { GET: 'customer.read', POST: 'customer.log' },
  '/staff/tiers': { GET: 'customer.read', POST: 'part.manage' },
  '/staff/customers': { GET: 'customer.read' },
  '/staff/customers/hand-over': { GET: 'customer.read', POST: 'customer.handOver' },
  '/staff/customers/[id]': { GET: 'customer.read', POST: 'customer.log' },
  '/staff/customers/[id]/act': { GET: 'customer.act', POST: 'customer.act' },
  '/staff/people': { GET: 'access.manage', POST: 'access.manage' },
  '/staff/people/[id]': { GET: 'access.manage', POST: 'access.manage' },
  '/acting/end': { POST: 'open' },
  '/staff/gaps': { GET: 'gap.read', POST: 'gap.close' },
  '/staff/orders/import': { GET: 'order.import', POST: 'order.import' },
  '/staff/orders/import/[id]': { GET: 'order.import', POST: 'order.import' },
  '/staff/orders/import/[id]/refused.csv': { GET: 'order.import' },
  '/staff/bridge': { GET: 'bridge.read', POST: 'bridge.replay' },
  '/files/[id]': { GET: 'ticket.read' },
  '/personal/[id]': { GET: 'data.own' },
  '/images/[name]': { GET: 'image.read' },
  '/api/auth/[...path]': { GET: 'open', POST: 'open' },
  '/api/staff/preview': { POST: 'article.suggest' },
  '/api/staff/links': { GET: 'article.suggest' },
  '/api/staff/images': { POST: 'article.write' },
  '/api/staff/articles/[id]/draft': { POST: 'article.write' },
  '/api/v1/openapi.json': { GET: 'open' },
  '/api/v1/search': { GET: 'open' },
  '/api/v1/articles/[slug]': { GET: 'article.read' },
  '/api/v1/account/data': { GET: 'data.own' },
  '/api/v1/tickets': { GET: 'ticket.list', POST: 'ticket.open' },
  '/api/v1/tickets/[number]': { GET: 'ticket.read' },
  '/api/v1/tickets/[number]/messages': { POST: 'ticket.answer' },
  '/api/v1/touches': { POST: 'touch.receive' },
  '/api/v1/orders': { GET: 'order.list', POST: 'order.push' },
  '/api/v1/orders/[number]': { GET: 'order.read', PUT: 'order.push' },
  '/api/v1/shipments/[tracking]/events': { POST: 'shipment.report' },
  '/[...path]': { GET: 'open', POST: 'open' },
};

/** A route without a permission, or a permission without a route. */
export interface RouteFault {
  route: string;
  fault: string;
}

/**
 * Compares the routes that were built with the table.
 * @param built pattern and, where the file says so itself, the methods it answers.
 */
export function routeFaults(built: readonly { pattern: string; methods: readonly string[] | null }[]): RouteFault[] {
  const faults: RouteFault[] = [];
  for (const { pattern, methods } of built) {
    const declared = routes[pattern];
    if (!declared) {
      faults.push({ route: pattern, fault: 'declares no permission in src/app/routes.ts' });
      continue;
    }
    for (const method of methods ?? []) {
      if (!(method in declared)) faults.push({ route: pattern, fault: `answers ${method} without a permission` });
    }
    for (const method of methods ? Object.keys(declared) : []) {
      if (!methods?.includes(method))
        faults.push({ route: pattern, fault: `declares ${method} but does not answer it` });
    }
  }
  const known = new Set(built.map(({ pattern }) => pattern));
  for (const route of Object.keys(routes)) {
    if (!known.has(route)) faults.push({ route, fault: 'is declared but does not exist' });
  }
  return faults;
}
