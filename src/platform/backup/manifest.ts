import { z } from 'zod';

const entry = z.object({ size: z.int().nonnegative(), sha256: z.string().length(64), rows: z.int().optional() });

export const manifestSchema = z.object({
  entries: z.record(z.string(), entry),
  /** Files that a row names and that were not there. */
  missing: z.array(z.string()),
});

/** What a backup holds. */
export type Manifest = z.output<typeof manifestSchema>;
