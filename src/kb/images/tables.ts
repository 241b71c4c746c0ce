/** A picture that articles show. Its name is its address; readers see it when they may read an article that shows it. */
export interface ImageTable {
  /** `torque.svg` */
  name: string;
  /** Found in its content. */
  contentType: string;
  /** In CSS pixels. */
  width: number;
  height: number;
  /** In bytes. */
  size: number;
  sha256: string;
  /** The file it comes from, relative to `content/`; null: it was added in the browser. */
  sourcePath: string | null;
  /** Who added it in the browser; null: it came from a file. */
  authorId: string | null;
  createdAt: string;
  updatedAt: string;
  bytes: Uint8Array;
}

/** Which revision names which picture, whether or not the picture is there. */
export interface RevisionImageTable {
  revisionId: string;
  name: string;
}

declare module '../../platform/database/index.ts' {
  interface Tables {
    image: ImageTable;
    revisionImage: RevisionImageTable;
  }
}
