declare namespace App {
  /** What the front and the middleware hand every page. */
  interface Locals {
    app: import('./app/index.ts').Application;
    viewer: import('./accounts/index.ts').Viewer;
    client: import('./accounts/index.ts').Client;
    requestId: string;
    /** Names the route for log and metrics. */
    nameRoute(pattern: string): void;
    /** Set for urlencoded and multipart bodies. */
    form: import('./platform/http/index.ts').Form | null;
    locale: import('./platform/i18n/index.ts').Locale;
    t: import('./platform/i18n/index.ts').Translator;
    /** The reader's choice; null follows the system. */
    theme: 'light' | 'dark' | null;
    /** Why the page asked for was refused; set for the page that says so. */
    refusal?: import('./platform/http/index.ts').ProblemAnswer & { email: string | null };
  }
}
