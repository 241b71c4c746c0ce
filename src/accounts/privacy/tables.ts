declare module '../../platform/database/index.ts' {
  interface Tables {
    erasure: ErasureTable;
    erasedAddress: ErasedAddressTable;
    emailChange: EmailChangeTable;
    personalFile: PersonalFileTable;
  }
}

/** Somebody asked to be erased: when, from when on it is done, and how far it is. */
export interface ErasureTable {
  id: string;
  /** Null once they are gone. */
  personId: string | null;
  askedAt: string;
  dueAt: string;
  /** They changed their mind. */
  undoneAt: string | null;
  /** Their rows are gone; files and traces of the database still have to follow. */
  erasedAt: string | null;
  doneAt: string | null;
  /** JSON: the files that have to follow, by name; empty once they are gone. */
  leftovers: string;
}

/** An address that must bring nobody back, as a keyed hash. */
export interface ErasedAddressTable {
  hash: string;
  erasedAt: string;
  /** Its holder proved it again: what came after `erasedAt` is theirs. */
  returnedAt: string | null;
}

/** Somebody wants to be reached at another address; it holds once they show that it is theirs. */
export interface EmailChangeTable {
  id: string;
  personId: string;
  /** Kept afterwards: orders may still name it when its holder is erased. */
  oldEmail: string;
  newEmail: string;
  /** SHA-256 of the token in the mail, made when it is sent. */
  tokenHash: string | null;
  askedAt: string;
  expiresAt: string | null;
  spentAt: string | null;
}

/** A file with everything that is kept about one person, made because they asked for it. */
export interface PersonalFileTable {
  /** Also the file's name in the data folder. */
  id: string;
  personId: string;
  askedAt: string;
  readyAt: string | null;
  /** In bytes. */
  size: number | null;
}
