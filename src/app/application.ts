import { join } from 'node:path';
import { createAccounts, type Accounts, type Viewer } from '../accounts/index.ts';
import { createBridge, desk, type Bridge } from '../crm-bridge/index.ts';
import { createKb, type ImageAdded, type Kb } from '../kb/index.ts';
import {
  createOrderFiles,
  createOrders,
  createOrderViews,
  createOrderWatch,
  type OrderFiles,
  type Orders,
  type OrderViews,
  type OrderWatch,
} from '../orders/index.ts';
import { migrate, openDatabase, type Database } from '../platform/database/index.ts';
import { createMetrics, HttpFault, problemOf, type ProblemAnswer } from '../platform/http/index.ts';
import type { Translator } from '../platform/i18n/index.ts';
import { pruneIdempotency } from '../platform/idempotency/index.ts';
import { createQueue, type Queue } from '../platform/jobs/index.ts';
import { createLimits, type Limits } from '../platform/limits/index.ts';
import type { Log } from '../platform/log/index.ts';
import { createMailer } from '../platform/mail/index.ts';
import { Refusal } from '../platform/refusal.ts';
import { newId, type Runtime } from '../platform/runtime.ts';
import { createSecrets } from '../platform/secrets/index.ts';
import { createAddPicture, type PictureUpload } from './addPicture.ts';
import { createApi, type Api } from './api.ts';
import { searchEngines } from './engines.ts';
import { createCustomers, type Customers } from './customers.ts';
import { createEscalate, type Escalated, type Escalation } from './escalate.ts';
import { handleMails } from './mails/index.ts';
import { countJobs, watchQueue, watchSealing } from './metrics.ts';
import { migrations } from './migrations.ts';
import { createPrivacy, type Privacy } from './privacy/index.ts';
import { createOrderFaults, type OrderFaults } from './orderFaults.ts';
import { problemWords } from './problemWords.ts';
import { createDeliveryCalendar } from './deliveryCalendar.ts';
import { createOrderLookUp, type OrderLookUp } from './orderLookUp.ts';
import { createOrderPage } from './orderPage.ts';
import { orderWatchPorts } from './orderWatch.ts';
import { createPromises } from './promises.ts';
import { createReceiveOrderFile, type OrderFileUpload } from './receiveOrderFile.ts';
import { createReceiveTouches } from './receiveTouches.ts';
import { routes } from './routes.ts';
import type { Site } from './site.ts';
import { createAskedOrder, createStaffOrder, createTicketOrder } from './staffOrder.ts';
import { actingTouch, isTouch, kbTouches } from './touches.ts';

/** What the environment decides. */
export interface Settings {
  databaseUrl: string;
  /** Where files, mails and the embedded database lie. */
  dataFolder: string;
  /** The company's folder: `content/` and `waypost.config.ts`. */
  siteFolder: string;
  publicUrl: string;
  /** 32 characters or more; everything secret is derived from it. */
  secret: string;
  /** Where erasures are written down, outside every backup; in the data folder if left out. */
  erasuresFile?: string | undefined;
  /** Unset: mails are written to the data folder. */
  smtpUrl?: string | undefined;
  /** The server that searches, unless the site names its engine itself; null or unset: lunr. */
  meilisearch?: { url: string; key: string | null } | null | undefined;
}

export interface ApplicationOptions {
  settings: Settings;
  site: Site;
  runtime: Runtime;
  log: Log;
  /** Called before each statement of a transaction; fault tests stop the process there. */
  onStatement?: (sql: string) => void;
  /** What a password hash costs; tests lower it. */
  passwordCost?: Parameters<typeof createAccounts>[0]['passwordCost'];
}

/** The running application, the same for the portal, `astro dev`, the worker, the command line and the tests. */
export interface Application {
  readonly site: Site;
  readonly settings: Settings;
  readonly accounts: Accounts;
  readonly kb: Kb;
  readonly bridge: Bridge;
  readonly orders: Orders;
  readonly orderFiles: OrderFiles;
  /** What customers are told of their orders without asking, and what is late. */
  readonly orderWatch: OrderWatch;
  /** One order with what belongs beside it. */
  orderPage: ReturnType<typeof createOrderPage>;
  /** One order for colleagues. */
  staffOrder: ReturnType<typeof createStaffOrder>;
  /** The order that a ticket is about, for the desk. */
  ticketOrder: ReturnType<typeof createTicketOrder>;
  /** The order that a question names, as far as its asker may see it. */
  askedOrder: ReturnType<typeof createAskedOrder>;
  /** When an order comes, for somebody's calendar. */
  deliveryCalendar: ReturnType<typeof createDeliveryCalendar>;
  readonly queue: Queue;
  readonly database: Database;
  readonly limits: Limits;
  readonly metrics: ReturnType<typeof createMetrics>;
  readonly runtime: Runtime;
  readonly log: Log;
  /** Another one for each start: what browsers keep of pages that an older version made is not shown any more. */
  readonly instance: string;
  readonly orderViews: OrderViews;
  /** Seeing an order without an account. */
  readonly orderLookUp: OrderLookUp;
  /** A question that stays open becomes a ticket. */
  escalate(escalation: Escalation): Promise<Escalated>;
  /** Takes what other systems know of contacts with customers. */
  receiveTouches: ReturnType<typeof createReceiveTouches>;
  /** What colleagues see and do about customers. */
  readonly customers: Customers;
  /** A picture that an author has sent with a form becomes one that articles can show. */
  addPicture(viewer: Viewer, upload: PictureUpload): Promise<ImageAdded>;
  /** A file of orders that somebody has sent with a form is looked through. */
  receiveOrderFile(viewer: Viewer, upload: OrderFileUpload): Promise<{ id: string }>;
  /** What is wrong in files of orders, in a reader's words. */
  readonly orderFaults: OrderFaults;
  /** Within how many working hours a viewer is promised an answer: what their tier says, else the site's own. */
  firstReplyHours(viewer: Viewer): Promise<number>;
  /** Whether a request is a person's act that belongs into the touch log. */
  isTouch(viewer: Viewer, request: { method: string; headers: Headers }): boolean;
  /** What the JSON interface asks of a request beside its use case. */
  readonly api: Api;
  /** A key for one form: sent twice, it is done once. */
  formKey(): string;
  /** @throws Refusal `not_found` for a route that nobody declared, HttpFault `method_not_allowed` for a method. */
  requireMethod(route: string, method: string): void;
  /** An error as problem details in the reader's words; what nobody meant to throw is logged. */
  problemOf(error: unknown, about: { requestId: string; t: Translator }): ProblemAnswer;
  /** What is kept about people: seen, corrected, taken along, erased. */
  readonly privacy: Privacy;
  /** Forgets idempotency keys that have had their time. @returns how many. */
  pruneKeys(): Promise<number>;
  /** Brings in the site's articles and makes the search ready. */
  start(): Promise<void>;
  /** Writes what is gathered and lets go of everything. */
  close(): Promise<void>;
}

/**
 * Builds the application on a migrated database.
 * @throws DatabaseNewer, and whatever keeps the database from being opened.
 */
export async function createApplication(options: ApplicationOptions): Promise<Application> {
  const { settings, site, runtime, log } = options;
  const { onStatement } = options;
  const database = openDatabase({ url: settings.databaseUrl, ...(onStatement && { onStatement }) });
  try {
    await migrate(database, migrations);
  } catch (error) {
    await database.close();
    throw error;
  }
  const secrets = createSecrets(settings.secret);
  const metrics = createMetrics();
  const queue = createQueue({ database, runtime, log, observe: countJobs(metrics) });
  const limits = createLimits({ database, runtime, key: secrets.key('limits') });
  const { signIns, mails } = site.limits;
  const accounts = createAccounts({
    database,
    runtime,
    secret: secrets.text('sign-in'),
    publicUrl: settings.publicUrl,
    mail: {
      enqueue: async (tx, { kind, key, requestId }) => {
        await queue.enqueue(tx, { kind, key, payload: { requestId } });
      },
      notify: async (tx, { kind, key, id }) => {
        await queue.enqueue(tx, { kind, key, payload: { id } });
      },
    },
    onActing: (tx, change) => bridge.touches.recordIn(tx, actingTouch(change)),
    onAddressProven: async (tx, { personId, guestPersonId }) => {
      await bridge.confirmTickets(tx, personId, guestPersonId);
      await privacy.returned(tx, personId);
    },
    limits,
    rates: {
      ...(signIns && {
        ...{ signInPerAccount: signIns, signInPerClient: signIns },
        ...{ codePerLogin: signIns, codePerStep: signIns, codePerClient: signIns },
      }),
      ...(mails && { mailPerAddress: mails }),
    },
    log,
    ...(options.passwordCost && { passwordCost: options.passwordCost }),
  });
  const bridge: Bridge = createBridge({
    database,
    queue,
    runtime,
    masterKey: secrets.key('touches'),
    filesFolder: join(settings.dataFolder, 'files'),
    touchHeadFile: join(settings.dataFolder, 'touches-head.json'),
    keepTouches: site.touches.keepMonths,
    connectors: site.connectors ?? [desk()],
    log,
  });
  watchQueue(metrics, queue, bridge.touches.lost);
  watchSealing(metrics, bridge.sealedLog.oldestUnsealed, runtime.now);
  const engines = searchEngines(site, settings.meilisearch ?? null, {
    folder: join(settings.dataFolder, 'search', 'lunr'),
    log,
  });
  const kb = createKb({
    ...{ database, runtime, log, ...engines, touches: kbTouches(() => bridge), locales: site.brand.locales },
  });
  const watch = createOrderWatch({ database, runtime, ...orderWatchPorts({ queue, accounts, bridge }) });
  const orders = createOrders({
    ...{ database, runtime, limits, touches: bridge.touches, timeZone: site.brand.timeZone, changed: watch.noteNews },
    isErased: (tx, email, placedAt) => privacy.isErased(tx, email, placedAt),
    ...{ queue, log, sources: site.orders, rate: site.limits.pushes ?? { max: 6_000, windowSeconds: 60 } },
  });
  const orderFiles = createOrderFiles({
    ...{ database, runtime, queue, orders, timeZone: site.brand.timeZone },
    folder: join(settings.dataFolder, 'order-files'),
  });
  const mailer = createMailer({
    ...(settings.smtpUrl ? { smtpUrl: settings.smtpUrl } : { folder: join(settings.dataFolder, 'mail') }),
    from: `${site.brand.name} <${site.brand.mail ?? 'help@localhost'}>`,
    runtime,
    log,
  });
  const privacy: Privacy = createPrivacy({
    ...{ database, runtime, queue, accounts, bridge, site, secrets },
    dataFolder: settings.dataFolder,
    ledgerFile: settings.erasuresFile ?? join(settings.dataFolder, 'erasures.ndjson'),
    settle: async () => {
      await bridge.touches.flush();
      await kb.gaps.flush();
    },
  });
  const promises = createPromises({ accounts, database, site });
  const orderViews = createOrderViews({
    ...{ database, runtime, limits, key: secrets.key('order-views'), timeZone: site.brand.timeZone },
  });
  handleMails({
    ...{ privacy, queue, mailer, accounts, bridge, orders, orderViews, watch, database, runtime, site, promises },
    mayMail: (personId) => accounts.mayMail(personId, 'orders'),
    publicUrl: settings.publicUrl,
  });

  return {
    site,
    settings,
    accounts,
    kb,
    bridge,
    orders,
    orderFiles,
    receiveOrderFile: createReceiveOrderFile({ bridge, orderFiles }),
    orderWatch: watch,
    orderPage: createOrderPage({ orders, watch, kb, bridge }),
    staffOrder: createStaffOrder({ database, orders, watch, bridge }),
    ticketOrder: createTicketOrder({ accounts, orders }),
    askedOrder: createAskedOrder({ orders }),
    deliveryCalendar: createDeliveryCalendar({ orders, site, publicUrl: settings.publicUrl }),
    orderFaults: createOrderFaults({ orderFiles }),
    queue,
    database,
    limits,
    metrics,
    runtime,
    log,
    instance: newId(runtime),
    orderViews,
    orderLookUp: createOrderLookUp({
      ...{ database, runtime, views: orderViews, watch, kb, bridge, queue, limits, site, log },
    }),
    escalate: createEscalate({ database, runtime, accounts, bridge, orders, queue, limits, site }),
    receiveTouches: createReceiveTouches({
      ...{ database, runtime, accounts, bridge, site },
      isErased: (tx, email, at) => privacy.isErased(tx, email, at),
    }),
    customers: createCustomers({ database, runtime, accounts, bridge, orders, watch }),
    addPicture: createAddPicture({ bridge, kb }),
    isTouch,
    privacy,
    firstReplyHours: (viewer) => promises.hours(viewer.kind === 'person' ? viewer.personId : null),
    api: createApi({ publicUrl: settings.publicUrl, brand: site.brand.name }),
    formKey: () => Buffer.from(runtime.randomBytes(18)).toString('base64url'),
    requireMethod(route, method) {
      const asked = method === 'HEAD' ? 'GET' : method;
      const declared = routes[route];
      if (!declared) throw new Refusal('not_found');
      if (!(asked in declared)) throw new HttpFault('method_not_allowed', { allow: Object.keys(declared) });
    },
    problemOf(error, { requestId, t }) {
      const answer = problemOf(error, { requestId, words: problemWords(t) });
      if (answer.code === 'internal') log.error({ err: error, requestId }, 'a page failed');
      return answer;
    },
    pruneKeys: () => pruneIdempotency(database, runtime),
    async start() {
      await kb.importContent({ folder: join(settings.siteFolder, 'content'), locales: site.brand.locales });
      await kb.start();
    },
    async close() {
      await bridge.touches.flush();
      await kb.close();
      await mailer.close();
      await database.close();
    },
  };
}
