import type { Saved, Store } from './store.ts';

/** Changes that come close together are written together; what is not written yet, the next start is fed again. */
const AFTER_MS = 300;

/** Writes the index to disk behind everybody's back. */
export interface Keeper {
  /** Something is not on disk yet. */
  changed(): void;
  /** Writes what is not written, and lets others write. */
  close(): Promise<void>;
}

export interface KeeperParts {
  /** What to write now; null while there is nothing that a start could go on from. */
  state: () => Saved | null;
  /** Hears why it cannot be written, and null when it can again. */
  tell: (unsaved: string | null) => void;
}

export function keeper(store: Store, { state, tell }: KeeperParts): Keeper {
  let unsaved = false;
  let saving: Promise<void> | null = null;
  let timer: NodeJS.Timeout | null = null;
  let trouble: string | null = null;

  function saveSoon(): void {
    if (!unsaved || timer) return;
    timer = setTimeout(() => {
      timer = null;
      void save().then(saveSoon);
    }, AFTER_MS);
  }

  function save(): Promise<void> {
    saving ??= saveNow().finally(() => {
      saving = null;
    });
    return saving;
  }

  async function saveNow(): Promise<void> {
    if (!unsaved) return;
    unsaved = false;
    const now = state();
    if (!now) return;
    let fault: string | null = null;
    try {
      await store.save(now);
    } catch (error) {
      // What could not be written now is written with the next change.
      fault = error instanceof Error ? error.message : String(error);
    }
    if (fault !== trouble) tell(fault);
    trouble = fault;
  }

  return {
    changed() {
      unsaved = true;
      saveSoon();
    },
    async close() {
      if (timer) clearTimeout(timer);
      await saving;
      await save();
      store.close();
    },
  };
}
