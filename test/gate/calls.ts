import { canaries, orderOf, pictureCanaries, type ViewerName, type World } from './world.ts';

/** What a call led to. `sign_in`: a page leads to the sign-in form, JSON answers 401. */
export type Outcome = 'ok' | 'sign_in' | 'forbidden' | 'hidden';

/** One row of a permission table: the outcome for each viewer. */
export type Expected = Record<ViewerName, Outcome>;

const all = (outcome: Outcome): Expected => ({
  anonymous: outcome,
  unverified: outcome,
  customer: outcome,
  colleague: outcome,
  stranger: outcome,
  author: outcome,
  agent: outcome,
  administrator: outcome,
  systemKey: outcome,
  partnerKey: outcome,
});

const open = all('ok');
/** Anybody signed in with a proven address sees their own. */
const ownList: Expected = {
  ...open,
  anonymous: 'sign_in',
  unverified: 'forbidden',
  systemKey: 'forbidden',
  partnerKey: 'forbidden',
};
/** The ticket is the customer's; for all others it does not exist. */
const ownTicket: Expected = {
  ...ownList,
  colleague: 'hidden',
  stranger: 'hidden',
  author: 'hidden',
  agent: 'hidden',
  administrator: 'hidden',
};
/** The order is the customer's; colleagues who look after customers see it, too. */
const ownOrder: Expected = { ...ownTicket, agent: 'ok', administrator: 'ok' };
const administrators: Expected = { ...all('forbidden'), anonymous: 'sign_in', administrator: 'ok' };
const agents: Expected = { ...all('forbidden'), anonymous: 'sign_in', agent: 'ok', administrator: 'ok' };
/** All colleagues; those of them who write. */
const staff: Expected = { ...agents, author: 'ok' };
const authors: Expected = { ...staff, agent: 'forbidden' };
const anyPerson: Expected = { ...open, anonymous: 'sign_in', systemKey: 'forbidden', partnerKey: 'forbidden' };
/** Machines of one kind. */
const systems: Expected = { ...all('forbidden'), anonymous: 'sign_in', systemKey: 'ok' };
const partners: Expected = { ...systems, systemKey: 'forbidden', partnerKey: 'ok' };
const askers: Expected = { ...open, partnerKey: 'forbidden' };
const staffArticle: Expected = { ...all('hidden'), author: 'ok', agent: 'ok', administrator: 'ok' };
const customerArticle: Expected = { ...staffArticle, customer: 'ok', colleague: 'ok', stranger: 'ok' };

/** One call of a route, with who may make it. */
export interface Call {
  route: string;
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  form?: Record<string, string> | ((viewer: ViewerName) => Record<string, string>);
  json?: unknown;
  /** Sent as NDJSON. */
  lines?: readonly unknown[];
  /** Sends the form as multipart with a file, which the front streams in before anybody is asked. */
  file?: boolean;
  expected: Expected;
  /** Must stand in what those who may see it get, and in nothing that the others get. */
  shows?: string;
}

const articles = {
  public: { slug: 'chair-wobbles', expected: open, shows: 'wobble' },
  customers: { slug: 'framework-orders', expected: customerArticle, shows: 'Storage after day 60' },
  staff: { slug: 'how-we-answer', expected: staffArticle, shows: 'Goodwill for a flaw that stays' },
};

/** A picture is seen by whom an article that shows it is for; one that no article shows, by colleagues. */
const pictures: Record<keyof typeof pictureCanaries, Expected> = {
  'gate-public': open,
  'gate-customers': customerArticle,
  'gate-staff': staffArticle,
  'gate-unused': staffArticle,
};

/** The company's account is its members'; they own nothing of it. */
const ofAccount: Expected = { ...ownTicket, colleague: 'ok' };
const notOwners: Expected = { ...ofAccount, customer: 'forbidden', colleague: 'forbidden' };

/** Every route and method, called with something that succeeds for whoever may. */
export function callsOf({
  personalFile,
  ticket,
  file,
  order,
  orderFile,
  view,
  customerId,
  agentId,
  articleId,
  parkedJobs,
  gapId,
  accountId,
}: World): Call[] {
  const question = {
    subject: 'A question of the gate',
    body: 'Who may?',
    name: 'Guest',
    email: 'guest@kitewood.example',
  };
  const page = (route: string, path: string, expected: Expected, more: Partial<Call> = {}): Call => ({
    route,
    method: 'GET',
    path,
    expected,
    ...more,
  });
  const post = (route: string, path: string, expected: Expected, form: Call['form'] & {}): Call => ({
    route,
    method: 'POST',
    path,
    expected,
    form,
  });
  return [
    page('/', '/', open),
    post('/theme', '/theme', open, { theme: 'dark', back: '/en' }),
    ...['/sitemap.xml', '/robots.txt', '/llms.txt'].map((path) => page(path, path, open)),
    page('/[locale]', '/en', open),
    page('/[locale]/feed.xml', '/en/feed.xml', open),
    page('/[locale]/search', '/en/search?q=wobble', open),
    page('/[locale]/categories/[slug]', '/en/categories/assembly', open),
    ...Object.values(articles).flatMap(({ slug, expected, shows }) => [
      page('/[locale]/articles/[slug]', `/en/articles/${slug}`, expected, { shows }),
      post('/[locale]/articles/[slug]', `/en/articles/${slug}`, expected, { helped: 'yes' }),
      page('/[locale]/articles/[slug].md', `/en/articles/${slug}.md`, expected, { shows }),
      page('/api/v1/articles/[slug]', `/api/v1/articles/${slug}?locale=en`, expected, { shows }),
    ]),
    page('/[locale]/answered', '/en/answered', open),
    post('/[locale]/answered', '/en/answered', open, { inquiry: 'AAAAAAAAAAAAAAAAAAAAAA' }),
    page('/[locale]/ask', '/en/ask', open),
    post('/[locale]/ask', '/en/ask', askers, question),
    page('/[locale]/ask/sent', '/en/ask/sent?number=W-2001', open),
    page('/[locale]/tickets', '/en/tickets', ownList),
    page('/[locale]/tickets/[number]', `/en/tickets/${ticket}`, ownTicket, { shows: canaries.ticket }),
    post('/[locale]/tickets/[number]', `/en/tickets/${ticket}`, ownTicket, { intent: 'answer', body: 'More of it.' }),
    {
      ...post('/[locale]/tickets/[number]', `/en/tickets/${ticket}`, ownTicket, { intent: 'answer', body: 'See it.' }),
      file: true,
    },
    // Nobody signed in is shown the ways in, and nothing of an order.
    page('/[locale]/orders', '/en/orders', { ...ownList, anonymous: 'ok' }),
    page('/[locale]/orders/[number]', `/en/orders/${order}`, ownOrder, { shows: canaries.order }),
    page('/[locale]/orders/[number]/delivery.ics', `/en/orders/${order}/delivery.ics`, ownOrder, {
      shows: 'BEGIN:VEVENT',
    }),
    page('/staff/orders/[number]', `/staff/orders/${order}`, agents, { shows: canaries.order }),
    page('/[locale]/orders/find', '/en/orders/find', open),
    post('/[locale]/orders/find', '/en/orders/find', open, { number: order, email: 'mei@kitewood.example' }),
    page('/[locale]/orders/find/code', '/en/orders/find/code?request=unknown', open),
    post('/[locale]/orders/find/code', '/en/orders/find/code', open, { request: 'unknown', code: '000000' }),
    // Whoever holds the mailed link sees its order, whoever they are signed in as.
    page('/[locale]/orders/view/[token]', `/en/orders/view/${view}`, open, { shows: canaries.order }),
    post('/[locale]/orders/view/[token]', '/en/orders/view/unknown', open, {}),
    page('/[locale]/account', '/en/account', anyPerson),
    post('/[locale]/account', '/en/account', anyPerson, { intent: 'language', locale: 'en' }),
    page('/[locale]/account/members', '/en/account/members', ownList),
    page('/[locale]/account/members', `/en/account/members?account=${accountId}`, ofAccount, {
      shows: 'Harbour Lane Hotels',
    }),
    ...['defaults', 'invite', 'change'].map((intent) =>
      post('/[locale]/account/members', '/en/account/members', notOwners, {
        ...{ intent, account: accountId, person: 'somebody', role: 'member', orders: 'all', tickets: 'all' },
        email: 'elif@kitewood.example',
      }),
    ),
    post('/[locale]/account/switch', '/en/account/switch', anyPerson, { account: '', back: '/en/tickets' }),
    page('/[locale]/invitation', '/en/invitation?id=unknown', open),
    post('/[locale]/invitation', '/en/invitation', open, { id: 'unknown', intent: 'prove' }),
    page('/[locale]/account/data', '/en/account/data', ownList),
    post('/[locale]/account/data', '/en/account/data', ownList, { intent: 'file' }),
    page('/[locale]/account/new-address', '/en/account/new-address?token=unknown', ownList),
    post('/[locale]/account/new-address', '/en/account/new-address', ownList, { token: 'unknown' }),
    page('/[locale]/account/keep-data', '/en/account/keep-data?token=unknown', open),
    post('/[locale]/account/keep-data', '/en/account/keep-data', open, { token: 'unknown' }),
    page('/personal/[id]', `/personal/${personalFile}`, ownTicket),
    page('/api/v1/account/data', '/api/v1/account/data', ownList),
    page('/[locale]/account/security', '/en/account/security', ownList),
    post('/[locale]/account/security', '/en/account/security', ownList, { intent: 'confirm', code: '000000' }),
    page('/[locale]/sign-in/code', '/en/sign-in/code', open),
    post('/[locale]/sign-in/code', '/en/sign-in/code', open, { code: '000000' }),
    page('/[locale]/join', '/en/join?token=unknown', open),
    post('/[locale]/join', '/en/join', open, { token: 'unknown', name: 'X', password: 'another ordinary sentence' }),
    page('/[locale]/sign-in', '/en/sign-in', open),
    post('/[locale]/sign-in', '/en/sign-in', open, { email: 'mei@kitewood.example', password: 'three ordinary words' }),
    page('/[locale]/sign-in/link', '/en/sign-in/link', open),
    post('/[locale]/sign-in/link', '/en/sign-in/link', open, { email: 'mei@kitewood.example' }),
    page('/[locale]/sign-up', '/en/sign-up', open),
    post('/[locale]/sign-up', '/en/sign-up', open, {
      name: 'New',
      email: 'new@kitewood.example',
      password: 'another ordinary sentence',
    }),
    page('/[locale]/forgotten', '/en/forgotten', open),
    post('/[locale]/forgotten', '/en/forgotten', open, { email: 'mei@kitewood.example' }),
    page('/[locale]/enter', '/en/enter?token=unknown', open),
    post('/[locale]/enter', '/en/enter', open, { token: 'unknown' }),
    page('/[locale]/set-up', '/en/set-up?token=unknown', open),
    post('/[locale]/set-up', '/en/set-up', open, {
      token: 'unknown',
      name: 'X',
      email: 'x@kitewood.example',
      password: 'another ordinary sentence',
    }),
    page('/staff', '/staff', open),
    page('/staff/tickets', '/staff/tickets', agents, { shows: canaries.ticket }),
    page('/staff/tickets/[number]', `/staff/tickets/${ticket}`, agents, { shows: canaries.note }),
    post('/staff/tickets/[number]', `/staff/tickets/${ticket}`, agents, { intent: 'state', state: 'open' }),
    {
      ...post('/staff/tickets/[number]', `/staff/tickets/${ticket}`, agents, {
        visibility: 'customer',
        body: 'See it.',
      }),
      file: true,
    },
    page('/staff/articles', '/staff/articles?view=all&find=how-we-answer', staff, {
      shows: 'handbook for the desk',
    }),
    post('/staff/articles', '/staff/articles', authors, { intent: 'checked', article: articleId }),
    page('/staff/articles/new', '/staff/articles/new', staff),
    post('/staff/articles/new', '/staff/articles/new', staff, {
      ...{ locale: 'en', category: 'assembly', title: 'Of the gate', words: 'Why' },
    }),
    page('/staff/articles/[id]', `/staff/articles/${articleId}`, staff, {
      shows: 'Goodwill for a flaw that stays',
    }),
    post('/staff/articles/[id]', `/staff/articles/${articleId}`, staff, { intent: 'suggest', words: 'Say more.' }),
    post('/staff/articles/[id]', `/staff/articles/${articleId}`, authors, { intent: 'save' }),
    {
      ...post('/staff/articles/[id]', `/staff/articles/${articleId}`, authors, {
        intent: 'move',
        slug: 'how-we-answer',
      }),
      file: true,
    },
    page('/staff/articles/[id]/preview', `/staff/articles/${articleId}/preview`, staff, {
      shows: 'Goodwill for a flaw that stays',
    }),
    page('/staff/articles/[id]/revisions', `/staff/articles/${articleId}/revisions`, staff),
    post('/staff/articles/[id]/revisions', `/staff/articles/${articleId}/revisions`, authors, {
      number: '1',
      version: 'none',
    }),
    post('/api/staff/preview', '/api/staff/preview', staff, { locale: 'en', title: 'T', source: 'Words' }),
    page('/api/staff/links', '/api/staff/links?locale=en&q=how-we', staff, { shows: 'how-we-answer.md' }),
    { ...post('/api/staff/images', '/api/staff/images', authors, {}), file: true },
    post('/api/staff/articles/[id]/draft', `/api/staff/articles/${articleId}/draft`, authors, { version: 'none' }),
    page('/staff/customers', '/staff/customers?view=all', agents, { shows: `/staff/customers/${customerId}` }),
    page('/staff/groups', '/staff/groups', agents, { shows: '/staff/groups/gate' }),
    post('/staff/groups', '/staff/groups', administrators, { key: 'No key', en: '' }),
    page('/staff/groups/[key]', '/staff/groups/gate', agents),
    post('/staff/groups/[key]', '/staff/groups/gate', agents, { email: 'nobody@nowhere.example' }),
    page('/staff/tiers', '/staff/tiers', agents),
    post('/staff/tiers', '/staff/tiers', administrators, { rank: 'none' }),
    page('/staff/customers/hand-over', '/staff/customers/hand-over', agents),
    post('/staff/customers/hand-over', '/staff/customers/hand-over', agents, {}),
    page('/staff/customers/[id]', `/staff/customers/${customerId}`, agents, { shows: canaries.ticket }),
    page('/staff/customers/[id]/act', `/staff/customers/${customerId}/act`, agents),
    // Without a reason, so that the caller stays who they are.
    post('/staff/customers/[id]/act', `/staff/customers/${customerId}/act`, agents, { reason: '' }),
    post('/acting/end', '/acting/end', open, {}),
    page('/staff/orders/import', '/staff/orders/import', administrators, { shows: 'orders.csv' }),
    { ...post('/staff/orders/import', '/staff/orders/import', administrators, {}), file: true },
    page('/staff/orders/import/[id]', `/staff/orders/import/${orderFile}`, administrators, {
      shows: canaries.orderFile,
    }),
    post('/staff/orders/import/[id]', `/staff/orders/import/${orderFile}`, administrators, { intent: 'reopen' }),
    post('/staff/orders/import/[id]', `/staff/orders/import/${orderFile}`, administrators, { intent: 'describe' }),
    page('/staff/orders/import/[id]/refused.csv', `/staff/orders/import/${orderFile}/refused.csv`, administrators, {
      shows: 'Customer',
    }),
    page('/staff/people', '/staff/people', administrators, { shows: 'robin@kitewood.example' }),
    page('/staff/people', '/staff/people?view=keys', administrators, { shows: 'DHL' }),
    post('/staff/people', '/staff/people', administrators, { intent: 'rule', role: 'author', required: 'no' }),
    post('/staff/people', '/staff/people', administrators, { intent: 'invite', email: 'x' }),
    post('/staff/people', '/staff/people', administrators, { intent: 'key', name: 'Gate', role: 'system' }),
    page('/staff/people/[id]', `/staff/people/${agentId}`, administrators, { shows: 'Leaves the company' }),
    post('/staff/people/[id]', `/staff/people/${agentId}`, administrators, { intent: 'role', role: 'agent' }),
    post('/staff/customers/[id]', `/staff/customers/${customerId}`, agents, {
      ...{ intent: 'log', kind: 'called', what: 'Asked who may.' },
    }),
    post('/staff/customers/[id]', `/staff/customers/${customerId}`, agents, { intent: 'owner', owner: '' }),
    post('/staff/customers/[id]', `/staff/customers/${customerId}`, agents, { intent: 'tier', tier: '' }),
    post('/staff/customers/[id]', `/staff/customers/${customerId}`, agents, {
      ...{ intent: 'fact', 'fact-key': 'Deliveries', 'fact-value': 'Back entrance' },
    }),
    page('/staff/gaps', '/staff/gaps', staff),
    post('/staff/gaps', '/staff/gaps', authors, { intent: 'reopen', gap: gapId }),
    page('/staff/bridge', '/staff/bridge', agents),
    post('/staff/bridge', '/staff/bridge', agents, (viewer) => ({ id: parkedJobs[viewer] })),
    page(
      '/files/[id]',
      `/files/${file}`,
      { ...ownTicket, agent: 'ok', administrator: 'ok' },
      { shows: 'the label of the carton' },
    ),
    ...Object.entries(pictureCanaries).map(([name, shows]) =>
      page('/images/[name]', `/images/${name}.svg`, pictures[name as keyof typeof pictureCanaries], { shows }),
    ),
    page('/api/auth/[...path]', '/api/auth/get-session', open),
    {
      ...post('/api/auth/[...path]', '/api/auth/sign-in/email', open, {}),
      json: { email: 'mei@kitewood.example', password: 'three ordinary words' },
    },
    page('/api/v1/openapi.json', '/api/v1/openapi.json', open),
    page('/api/v1/search', '/api/v1/search?q=wobble&locale=en', open),
    page('/api/v1/tickets', '/api/v1/tickets', ownList),
    { ...post('/api/v1/tickets', '/api/v1/tickets', askers, {}), json: { ...question, locale: 'en' } },
    page('/api/v1/tickets/[number]', `/api/v1/tickets/${ticket}`, ownTicket, { shows: canaries.ticket }),
    {
      ...post('/api/v1/tickets/[number]/messages', `/api/v1/tickets/${ticket}/messages`, ownTicket, {}),
      json: { body: 'More of it.' },
    },
    {
      ...post('/api/v1/touches', '/api/v1/touches', systems, {}),
      json: { specversion: '1.0', id: '1', source: '/gate', type: 'call.logged', subject: 'guest@kitewood.example' },
    },
    page('/api/v1/orders', '/api/v1/orders', ownList),
    {
      ...post('/api/v1/orders', '/api/v1/orders', systems, {}),
      lines: [{ number: 'KW-10024', ...orderOf('tom@kitewood.example') }, {}],
    },
    page('/api/v1/orders/[number]', `/api/v1/orders/${order}`, ownOrder, { shows: canaries.order }),
    {
      ...post('/api/v1/orders/[number]', `/api/v1/orders/${order}`, systems, {}),
      ...{ method: 'PUT', json: orderOf('mei@kitewood.example') },
    },
    {
      ...post('/api/v1/shipments/[tracking]/events', '/api/v1/shipments/JD0146000034/events', partners, {}),
      json: { id: 'evt-1', at: '2026-11-06T07:12:00Z', state: 'out_for_delivery', place: 'Hamburg' },
    },
    post('/[locale]/sign-out', '/en/sign-out', open, {}),
  ];
}
