import type { Keys } from './keys.ts';
import type { Sessions } from './sessions.ts';
import { anonymous, type Viewer } from './viewer.ts';

export interface ViewerRequest {
  headers: Headers;
}

/** Who asks. */
export function createViewers({ keys, sessions }: { keys: Keys; sessions: Sessions }) {
  return {
    /**
     * A bearer key speaks for itself and alone: cookies beside it are not looked at. Without one, the session's person;
     * a cookie that is broken, unknown or over is nobody's. Costs no query without a cookie or key, one for a key, two for a person: who, and where they stand.
     * @throws Refusal `unauthenticated` for a bearer key that is not good
     */
    async viewerOf({ headers }: ViewerRequest): Promise<Viewer> {
      const bearer = /^bearer(?:\s+(.*))?$/i.exec(headers.get('authorization')?.trim() ?? '');
      if (bearer) return keys.viewerOfKey(bearer[1]?.trim() ?? '');
      return (await sessions.personOf(headers)) ?? anonymous;
    },
  };
}
