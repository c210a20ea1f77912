import { encode } from "uqr";

/** A dark run of modules: where it begins, and how many follow one another. */
export type QrRun = { x: number; y: number; width: number };

/**
 * A QR code as runs of dark modules on a white square of `size` modules, with the border of four that readers need
 * (ISO 18004).
 * @param ecc how much may be hidden: `L` (7 %) on a screen, `M` (15 %) on paper.
 */
export function qrRuns(text: string, ecc: "L" | "M"): { size: number; runs: QrRun[] } {
  const { data, size } = encode(text, { ecc, border: 4 });
  const runs: QrRun[] = [];
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x + 1]) x++;
      runs.push({ x: start, y, width: x + 1 - start });
    }
  }
  return { size, runs };
}
