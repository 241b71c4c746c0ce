import { anonymous, type Viewer } from '../accounts/index.ts';
import {
  createFront,
  streamDownload,
  type Front,
  type PageHandler,
  type RequestContext,
} from '../platform/http/index.ts';
import { isLocale, negotiateLocale, translator, type Locale } from '../platform/i18n/index.ts';
import { networkOf } from '../platform/limits/index.ts';
import type { Application } from './application.ts';
import { builtStyles, errorPage } from './errorPage.ts';
import { probesOf } from './probes.ts';
import { problemWords } from './problemWords.ts';

export interface PortalOptions {
  app: Application;
  host: string;
  /** 0 takes a free one. */
  port: number;
  trustedProxies?: readonly string[];
  /** Astro's handler; left out in development. */
  handler?: PageHandler;
  clientFolder?: string;
  development?: boolean;
}

/** The application over HTTP. */
export type Portal = Front;

/** How long running requests may take to end when the portal stops. */
const DRAIN_MS = 8_000;
/** Files one address may send, so that nobody fills the disk; a day later what no message took is gone. */
const UPLOAD_RATE = { max: 200, windowSeconds: 3_600 };
const UPLOADS =
  /^\/(?:(?:en|zh-cn)\/(?:ask|tickets\/[^/]+)|staff\/(?:tickets\/[^/]+|articles\/[^/]+|orders\/import)|api\/staff\/images)$/;

/** Puts the application behind the HTTP front. */
export function createPortal({ app, host, port, ...options }: PortalOptions): Portal {
  const styles = builtStyles(options.clientFolder);
  const { name: brand, timeZone } = app.site.brand;
  return createFront({
    ...options,
    host,
    port,
    publicUrl: app.settings.publicUrl,
    log: app.log,
    runtime: app.runtime,
    metrics: app.metrics,
    // With the worker's own drain beside it and the last writes after it, a stop takes at most ten seconds.
    limits: { drainMs: DRAIN_MS },
    probes: probesOf(app),
    locals: async (context) => {
      const client = { address: context.clientAddress, userAgent: context.headers['user-agent'] ?? null };
      return { app, client, viewer: await viewerOf(app, context), nameRoute: context.nameRoute };
    },
    uploads: {
      open: async ({ name, clientAddress }) => {
        await app.limits.take({ name: 'uploads', who: networkOf(clientAddress), ...UPLOAD_RATE });
        return app.bridge.attachments.stage({ name });
      },
    },
    acceptsUploads: (method, path) => (method === 'POST' && UPLOADS.test(path) ? 'report' : false),
    routes: [
      {
        method: 'GET',
        pattern: '/files/[id]',
        handle: async ({ locals, params, res }) => {
          await streamDownload(
            res,
            await app.bridge.attachments.download(locals['viewer'] as Viewer, params['id'] ?? ''),
          );
        },
      },
      {
        method: 'GET',
        pattern: '/personal/[id]',
        handle: async ({ locals, params, res }) => {
          await streamDownload(res, await app.privacy.downloadFile(locals['viewer'] as Viewer, params['id'] ?? ''));
        },
      },
    ],
    words: (context) => problemWords(translator(localeOf(context), { timeZone })),
    errorPage: (answer, context) =>
      errorPage(answer, { t: translator(localeOf(context), { timeZone }), brand, path: context.path, styles }),
  });
}

async function viewerOf(app: Application, { headers }: RequestContext): Promise<Viewer> {
  if (headers.authorization === undefined && headers.cookie === undefined) return anonymous;
  const seen = new Headers();
  if (headers.authorization !== undefined) seen.set('authorization', headers.authorization);
  if (headers.cookie !== undefined) seen.set('cookie', headers.cookie);
  return app.accounts.viewerOf({ headers: seen });
}

function localeOf({ path, headers }: Pick<RequestContext, 'path' | 'headers'>): Locale {
  const named = path.split('/')[1];
  return isLocale(named) ? named : negotiateLocale(headers['accept-language']);
}
