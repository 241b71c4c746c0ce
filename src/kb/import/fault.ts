/** Something in a content file that its author should mend, in words. */
export interface ContentFault {
  /** Relative to the content folder, with `/`. */
  file: string;
  /** From 1. */
  line: number;
  message: string;
  /** True: the file could not be taken, and what is published stays as it was. False: it was taken all the same. */
  skipped: boolean;
}

/** One line a fault, as compilers print them: `en/care/oil.md:4: …`. */
export function describeFault({ file, line, message, skipped }: ContentFault): string {
  return `${file}:${line}: ${message}${skipped ? ' The file was skipped.' : ''}`;
}
