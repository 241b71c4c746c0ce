import type { Viewer } from '../accounts/index.ts';
import type { Tx } from '../platform/database/index.ts';

/** What happened between a reader and the knowledge base. */
export interface KbTouch {
  type: 'search.asked' | 'article.read' | 'article.rated';
  /** The inquiry it belongs to, as the page handed it out. */
  inquiry?: string | undefined;
  body: Record<string, unknown>;
}

/** Where touches go. The log is another room's; the application connects the two. */
export interface TouchPort {
  /** Takes a touch that nobody waits for; it is gathered and written within a moment. */
  record(viewer: Viewer, touch: KbTouch): void;
  /** Writes a touch in the transaction of what it tells of, so that there are both or neither. */
  recordIn(tx: Tx, viewer: Viewer, touch: KbTouch): Promise<void>;
}

/** What this room says to whoever runs the portal. */
export interface KbLog {
  info(facts: Record<string, unknown>, message: string): void;
  warn(facts: Record<string, unknown>, message: string): void;
  error(facts: Record<string, unknown>, message: string): void;
}
