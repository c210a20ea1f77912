import type { FormPen } from "./pdf-form.ts";
import { qrRuns } from "./qr.ts";

/** A QR code with a few lines beside it; `label` is what it is called where it is not seen. */
export type QrBlock = { kind: "qr"; text: string; label: string; lines: string[] };

type QrPen = Pick<FormPen, "doc" | "left" | "width" | "lines" | "drawLine" | "take">;

/** Points: of the 45 modules of an address, each is half a millimetre wide or more, which any phone reads from paper. */
const side = 96;
const gap = 14;
const size = 10.5;
const step = size * 1.4;

/** Draws the code on the left and the lines on its right; the end of a page never parts them. */
export function drawQr(pen: QrPen, { text, lines }: QrBlock): void {
  const place = { x: pen.left + side + gap, width: pen.width - side - gap, align: "left" } as const;
  const drawn = lines.flatMap((line) => pen.lines(line, "regular", size, place.width));
  const top = pen.take(Math.max(side, drawn.length * step) + gap / 2);
  const code = qrRuns(text, "M");
  const module = side / code.size;
  pen.doc.setFillColor(0, 0, 0);
  for (const { x, y, width } of code.runs) {
    pen.doc.rect(pen.left + x * module, top + y * module, width * module, module, "F");
  }
  for (const [index, line] of drawn.entries()) pen.drawLine(line, size, top + index * step, place);
}
