import { encode } from 'uqr';

/** A QR code as a square of modules, ready to be drawn: one path, black on white. */
export interface QrPicture {
  /** Modules on a side, the quiet margin included. */
  size: number;
  /** An SVG path of the dark ones. */
  path: string;
}

/** The white margin that scanners want, in modules. */
const MARGIN = 4;

/** Draws a text as a QR code. */
export function qrPicture(text: string): QrPicture {
  const { data, size } = encode(text, { ecc: 'M', border: MARGIN });
  const runs = data.flatMap((row, y) => runsOf(row).map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`));
  return { size, path: runs.join('') };
}

/** Where dark modules begin in a row, and how many follow. */
function runsOf(row: readonly boolean[]): [x: number, length: number][] {
  const runs: [number, number][] = [];
  row.forEach((dark, x) => {
    const last = runs.at(-1);
    if (dark && last && last[0] + last[1] === x) last[1] += 1;
    else if (dark) runs.push([x, 1]);
  });
  return runs;
}
