import { renderMarkdown } from '../src/kb/markdown/index.ts';
import { pathological } from '../test/support/pathological.ts';
import { median } from './temporary.ts';

const RUNS = 5;

/** An ordinary piece of an article. */
const ordinary = `## When it wobbles

Sit down, then **tighten** the bolts crosswise; see [the seat](seat.md). Use \`M6 × 60\`.

:::note
**Mind this.** A note.
:::

1. **Loosen.** Half a turn.
2. **Tighten.** By hand.

| Part | Torque |
| --- | ---: |
| Seat | 8 Nm |

`;

export interface MarkdownTimes {
  /** Milliseconds for each text made to cost time, as large as it is taken; the median of some runs. */
  texts: { name: string; ms: number; characters: number }[];
  slowest: { name: string; ms: number };
  /** An ordinary article as long as the slowest text, and how much longer the slowest takes. */
  ordinaryMs: number;
  ratio: number;
}

/** How long the texts take that are made to cost a renderer time, against ordinary Markdown of the same length. */
export async function markdownTimes(): Promise<MarkdownTimes> {
  timeOf(ordinary.repeat(20));
  const texts = pathological(1).map(({ name, source }) => ({ name, ms: timeOf(source), characters: source.length }));
  const slowest = texts.reduce((most, each) => (each.ms > most.ms ? each : most));
  const ordinaryMs = timeOf(ordinary.repeat(Math.ceil(slowest.characters / ordinary.length)));
  return { texts, slowest, ordinaryMs, ratio: slowest.ms / ordinaryMs };
}

function timeOf(source: string): number {
  const took = Array.from({ length: RUNS }, () => {
    const began = performance.now();
    renderMarkdown(source, { locale: 'en', title: 'x' });
    return performance.now() - began;
  });
  return median(took);
}
