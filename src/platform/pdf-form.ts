import type { jsPDF } from "jspdf";
import type { FormField } from "./pdf-fields.ts";
import type { Line, Weight } from "./pdf-text.ts";

/** What is asked in a form on paper. `name` is ASCII and the only one of the document; `tooltip` is read aloud. */
export type FormBlock =
  /** Boxes side by side, as wide as their shares: what is known is printed, the others are filled in. */
  | { kind: "boxes"; boxes: FormBox[] }
  /** Squares to tick, or circles of which one is chosen. `value` is ASCII. */
  | {
      kind: "choice";
      label: string;
      name: string;
      tooltip: string;
      isMany: boolean;
      options: { value: string; label: string }[];
    }
  /** Empty frames for what is written by hand: a signature, a stamp. */
  | { kind: "frames"; frames: { label: string; share: number }[]; height: number };

export type FormBox = {
  label: string;
  share: number;
  name: string;
  tooltip: string;
  value: string | undefined;
  /** How many lines of text there is room for. */
  lines: number;
};

/** What a form is drawn with: the pen of the document, which writes down the page. */
export type FormPen = {
  doc: jsPDF;
  left: number;
  width: number;
  lines(text: string, weight: Weight, size: number, width: number): Line[];
  drawLine(line: Line, size: number, top: number, place: { x: number; width: number; align: "left" }): void;
  /** Moves down by a height, on the next page when this one has no room for it. @returns where it begins. */
  take(height: number): number;
  addField(field: FormField): void;
};

const sizes = { label: 9, text: 10.5 };
const lineHeight = 1.35;
const gap = 10;
const padding = 4;
const oneLine = 20;
const nextLine = 14;
const after = 7;
const mark = 10;
/** Of a name without end, the beginning: a form is to be read. */
const mostLines = 10;

/** Draws a part of a form, and adds its fields. */
export function drawFormBlock(pen: FormPen, block: FormBlock): void {
  if (block.kind === "boxes") drawBoxes(pen, block.boxes);
  else if (block.kind === "frames") drawFrames(pen, block.frames, block.height);
  else drawChoice(pen, block);
}

export function isFormBlock(block: { kind: string }): block is FormBlock {
  return block.kind === "boxes" || block.kind === "choice" || block.kind === "frames";
}

type Place = { x: number; width: number; align: "left" };

function placesOf({ left, width }: FormPen, boxes: { share: number }[]): Place[] {
  const whole = boxes.reduce((sum, { share }) => sum + share, 0);
  const room = width - gap * (boxes.length - 1);
  let x = left;
  return boxes.map(({ share }) => {
    const place: Place = { x, width: (room * share) / whole, align: "left" };
    x += place.width + gap;
    return place;
  });
}

/** The labels of a row, all ending on the same line above their boxes. @returns how high they are. */
function labelsOf(pen: FormPen, labels: string[], places: Place[]) {
  const lines = labels.map((label, index) => pen.lines(label, "regular", sizes.label, places[index]!.width));
  const most = Math.max(...lines.map(({ length }) => length));
  const step = sizes.label * lineHeight;
  return {
    height: most * step + 2,
    draw(top: number) {
      for (const [index, own] of lines.entries())
        for (const [number, line] of own.entries())
          pen.drawLine(line, sizes.label, top + (most - own.length + number) * step, places[index]!);
    },
  };
}

function frame({ doc }: FormPen, { x, width }: Place, top: number, height: number): void {
  doc.setDrawColor(90, 96, 105);
  doc.setLineWidth(0.7);
  doc.rect(x, top, width, height, "S");
}

function drawBoxes(pen: FormPen, boxes: FormBox[]): void {
  const places = placesOf(pen, boxes);
  const texts = boxes.map(({ value }, index) =>
    value === undefined ? [] : pen.lines(value, "regular", sizes.text, places[index]!.width - 2 * padding),
  );
  const step = sizes.text * lineHeight;
  const labels = labelsOf(
    pen,
    boxes.map(({ label }) => label),
    places,
  );
  const height = Math.max(
    ...boxes.map(({ lines }) => oneLine + (lines - 1) * nextLine),
    ...texts.map(({ length }) => Math.min(length, mostLines) * step + 6),
  );
  const top = pen.take(labels.height + height + after);
  labels.draw(top);
  const boxTop = top + labels.height;
  for (const [index, { name, tooltip, value, lines }] of boxes.entries()) {
    const place = places[index]!;
    frame(pen, place, boxTop, height);
    const inside = { x: place.x + padding, width: place.width - 2 * padding, align: "left" } as const;
    for (const [number, line] of texts[index]!.slice(0, mostLines).entries())
      pen.drawLine(line, sizes.text, boxTop + 3 + number * step, inside);
    const box = { x: place.x, y: boxTop, width: place.width, height };
    if (value === undefined) pen.addField({ kind: "text", name, tooltip, box, isLong: lines > 1 });
  }
}

function drawFrames(pen: FormPen, frames: { label: string; share: number }[], height: number): void {
  const places = placesOf(pen, frames);
  const labels = labelsOf(
    pen,
    frames.map(({ label }) => label),
    places,
  );
  const top = pen.take(labels.height + height + after);
  labels.draw(top);
  for (const place of places) frame(pen, place, top + labels.height, height);
}

function drawChoice(pen: FormPen, { label, name, tooltip, isMany, options }: Extract<FormBlock, { kind: "choice" }>) {
  const { left, width, doc } = pen;
  const step = sizes.text * lineHeight;
  const labels = labelsOf(pen, [label], [{ x: left, width, align: "left" }]);
  const besides = mark + 5;
  let [x, y] = [left, 0];
  const placed = options.map((option) => {
    const lines = pen.lines(option.label, "regular", sizes.text, width - besides);
    const advance = besides + Math.max(...lines.map((line) => line.reduce((sum, run) => sum + run.width, 0)));
    if (x > left && x + advance > left + width) [x, y] = [left, y + step + 3];
    const spot = { ...option, lines, x, y };
    if (lines.length > 1) [x, y] = [left, y + lines.length * step + 3];
    else x += advance + 18;
    return spot;
  });
  const bottom = Math.max(...placed.map((spot) => spot.y + spot.lines.length * step));
  const top = pen.take(labels.height + 3 + bottom + after);
  labels.draw(top);
  const optionsTop = top + labels.height + 3;
  const boxes = placed.map((spot) => {
    const box = { x: spot.x, y: optionsTop + spot.y + (step - mark) / 2, width: mark, height: mark };
    doc.setDrawColor(90, 96, 105);
    doc.setLineWidth(0.7);
    if (isMany) doc.rect(box.x, box.y, mark, mark, "S");
    else doc.circle(box.x + mark / 2, box.y + mark / 2, mark / 2, "S");
    for (const [number, line] of spot.lines.entries()) {
      const place = { x: spot.x + besides, width: width - besides, align: "left" } as const;
      pen.drawLine(line, sizes.text, optionsTop + spot.y + number * step, place);
    }
    return { value: spot.value, tooltip: `${tooltip} : ${spot.label}`, box };
  });
  if (!isMany) pen.addField({ kind: "radios", name, tooltip, options: boxes });
  else
    for (const { value, tooltip: words, box } of boxes)
      pen.addField({ kind: "box", name: `${name}_${value}`, tooltip: words, box });
}
