import type { FormPen } from "./pdf-form.ts";

/** A box of a form that is printed whole: what it is called, and what stands in it, maybe nothing. */
export type Cell = { label: string; value: string; share: number };

/** Rows of boxes side by side, as wide as their shares, under a title when they belong together. */
export type CellsBlock = { kind: "cells"; title?: string; rows: Cell[][] };

type CellsPen = Pick<FormPen, "doc" | "left" | "width" | "lines" | "drawLine" | "take">;

const sizes = { title: 10.5, label: 8.5, text: 10.5 };
const lineHeight = 1.35;
const padding = 4;
const gap = 6;
/** A cell with nothing in it is as high as one with a line. */
const fewestLines = 1;

/** Draws the boxes; the end of a page never parts a row. */
export function drawCells(pen: CellsPen, { title, rows }: CellsBlock): void {
  if (title !== undefined) {
    const lines = pen.lines(title, "bold", sizes.title, pen.width);
    const top = pen.take(gap + lines.length * sizes.title * lineHeight + 2);
    for (const [number, line] of lines.entries())
      pen.drawLine(line, sizes.title, top + gap + number * sizes.title * lineHeight, {
        x: pen.left,
        width: pen.width,
        align: "left",
      });
  }
  for (const row of rows) drawRow(pen, row);
  pen.take(gap);
}

function drawRow(pen: CellsPen, row: Cell[]): void {
  const whole = row.reduce((sum, { share }) => sum + share, 0);
  const room = pen.width - gap * (row.length - 1);
  const drawn = row.map(({ label, value, share }) => {
    const width = (room * share) / whole;
    return {
      width,
      label: pen.lines(label, "regular", sizes.label, width - 2 * padding),
      value: pen.lines(value, "bold", sizes.text, width - 2 * padding),
    };
  });
  const heights = drawn.map(
    ({ label, value }) =>
      label.length * sizes.label * lineHeight + Math.max(fewestLines, value.length) * sizes.text * lineHeight,
  );
  const height = Math.max(...heights) + 2 * padding;
  const top = pen.take(height + gap);
  let x = pen.left;
  for (const { width, label, value } of drawn) {
    pen.doc.setDrawColor(0, 0, 0);
    pen.doc.setLineWidth(0.75);
    pen.doc.rect(x, top, width, height, "S");
    const place = { x: x + padding, width: width - 2 * padding, align: "left" } as const;
    let y = top + padding;
    for (const line of label) {
      pen.drawLine(line, sizes.label, y, place);
      y += sizes.label * lineHeight;
    }
    for (const line of value) {
      pen.drawLine(line, sizes.text, y, place);
      y += sizes.text * lineHeight;
    }
    x += width + gap;
  }
}
