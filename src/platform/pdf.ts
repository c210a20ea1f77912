import { createHash } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { jsPDF } from "jspdf";
import type { Language } from "../lib/languages.ts";
import type { Font } from "./fonts.ts";
import { type CellsBlock, drawCells } from "./pdf-cells.ts";
import { createFields } from "./pdf-fields.ts";
import { addFont } from "./pdf-fonts.ts";
import { drawFormBlock, type FormBlock, isFormBlock } from "./pdf-form.ts";
import { drawQr, type QrBlock } from "./pdf-qr.ts";
import { createTypesetter, type Line, type Typesetter, type Weight } from "./pdf-text.ts";

/** A document before it is drawn: plain data, which tests read. Line ends inside a text are kept. */
export type PdfModel = {
  language: Language;
  title: string;
  author: string;
  /** At the foot of each page, beside its number. */
  footer: string;
  /** `page 2 of 5`, in the language of the document. */
  pageOf: (page: number, pages: number) => string;
  /** The title in the middle and smaller, as the model of an authority has it. */
  hasModelTitle?: boolean;
  /** Who the document comes from, above its title. */
  letterhead?: { name: string; lines: string[] };
  blocks: PdfBlock[];
};

/** What is read, in a page as well. `language`: of words that are in another one than the document. */
export type ReadBlock =
  | { kind: "heading"; level: 2 | 3; text: string; language?: Language }
  | { kind: "paragraph"; text: string; small?: boolean; language?: Language; align?: Align; italic?: boolean }
  | { kind: "definitions"; items: PdfItem[] }
  | { kind: "table"; columns: PdfColumn[]; rows: string[][] };

export type PdfBlock = ReadBlock | FormBlock | QrBlock | CellsBlock;

type Align = "left" | "center" | "right";

/** `isFrench`: words of the feed, French in a document of any language, which its page names as such. */
export type PdfItem = { term: string; value: string; isFrench?: boolean };

/** `share`: the width of the column beside those of the others; `right` for amounts. */
export type PdfColumn = { title: string; share: number; align?: "left" | "right"; isFrench?: boolean };

const tags: Record<Language, "fr-FR" | "en-GB"> = { fr: "fr-FR", en: "en-GB" };

// A4 in points.
const sheet = { width: 595.28, height: 841.89, side: 56, top: 56, bottom: 72, foot: 40 };
const column = sheet.width - 2 * sheet.side;
const pageEnd = sheet.height - sheet.bottom;
const sizes = { title: 20, modelTitle: 13, heading2: 14, heading3: 11.5, text: 10.5, small: 9, cell: 9 };
const lineHeight = 1.4;
const padding = 4;
const rowsInOneGo = 40;

/** Letters come in the order they are drawn in. */
const asItStands = { isInputVisual: true, isOutputVisual: true, isInputRtl: false, isOutputRtl: false };

let queue: Promise<unknown> = Promise.resolve();

/**
 * Draws a document as an A4 PDF with its fonts inside: the same model, `now` and `id` give the same bytes. One at a
 * time, with pauses in which the server answers others.
 * @param now the moment it is made (milliseconds); `id` names the document, and nobody.
 */
export function renderPdf(model: PdfModel, { now, id }: { now: number; id: string }): Promise<Uint8Array<ArrayBuffer>> {
  const drawn = queue.then(() => draw(model, now, id));
  queue = drawn.catch(() => {});
  return drawn;
}

async function draw(model: PdfModel, now: number, id: string): Promise<Uint8Array<ArrayBuffer>> {
  const { doc, typesetter } = await open();
  const { language, title, author } = model;
  doc.setProperties({ title: printable(title), author: printable(author) });
  doc.setLanguage(tags[language]);
  doc.viewerPreferences({ DisplayDocTitle: true });
  doc.setCreationDate(stamp(now));
  doc.setFileId(createHash("sha256").update(id).digest("hex").slice(0, 32).toUpperCase());
  const pen = createPen(doc, typesetter);
  if (model.letterhead) {
    const { name, lines } = model.letterhead;
    pen.text(name, { size: sizes.heading3, weight: "bold", after: 0 });
    pen.text(lines.join("\n"), { size: sizes.small, weight: "regular", after: 16 });
  }
  const titleStyle = model.hasModelTitle
    ? ({ size: sizes.modelTitle, align: "center" } as const)
    : { size: sizes.title };
  pen.text(title, { ...titleStyle, weight: "bold", after: 12, keep: 3 });
  for (const block of model.blocks) {
    await nextTurn();
    await drawBlock(pen, block);
  }
  pen.feet(model);
  await nextTurn();
  return withoutAction(Buffer.from(doc.output("arraybuffer")));
}

/** Loaded with the first document: most processes never draw one. */
async function open(): Promise<{ doc: jsPDF; typesetter: Typesetter }> {
  const loaded = (await import("jspdf")) as unknown as Loaded;
  // In the bundle, what a CommonJS package exports is its default.
  const { jsPDF } = loaded.jsPDF ? loaded : loaded.default;
  const api = jsPDF.API as unknown as Api;
  // Letters are shaped and ordered before they are measured: a second time would undo it, and drop what no font has.
  api.events = api.events.filter(([name]) => name !== "preProcessText");
  const doc = new jsPDF({ unit: "pt", format: "a4", compress: true, putOnlyUsedFonts: true });
  return { doc, typesetter: createTypesetter((text) => api.processArabic(text)) };
}

type Package = Pick<typeof import("jspdf"), "jsPDF">;
type Loaded = Package & { default: Package };
type Api = { events: [string, unknown][]; processArabic(text: string): string };

type TextStyle = { size: number; weight: Weight; before?: number; after: number; keep?: number; align?: Align };
type Row = { cells: Line[][]; size: number; isHeader: boolean; isRuled: boolean };
type Place = { x: number; width: number; align: Align };
type Pen = ReturnType<typeof createPen>;

/** Writes down the page, and on to the next when it is full. */
function createPen(doc: jsPDF, typesetter: Typesetter) {
  const added = new Set<string>();
  let y = sheet.top;

  const use = (font: Font, size: number) => {
    if (!added.has(font.name)) {
      addFont(doc, font);
      added.add(font.name);
    }
    doc.setFont(font.name);
    doc.setFontSize(size);
  };

  const newPage = () => {
    doc.addPage();
    y = sheet.top;
  };

  const drawLine = (line: Line, size: number, top: number, { x, width, align }: Place) => {
    const rest = width - line.reduce((sum, run) => sum + run.width, 0);
    let left = align === "left" ? x : x + (align === "right" ? rest : rest / 2);
    for (const { text, font, width: advance } of line) {
      use(font, size);
      doc.text(text, left, top + size, asItStands);
      left += advance;
    }
  };

  /** As many lines of a row as fit above the end of the page. @returns what is left of it. */
  const drawSome = (row: Row, places: Place[], most: number): Row => {
    const step = row.size * lineHeight;
    const height = Math.min(most, longest(row)) * step + 2 * padding;
    if (row.isHeader) {
      doc.setFillColor(235, 238, 242);
      doc.rect(sheet.side, y, column, height, "F");
    }
    for (const [index, lines] of row.cells.entries())
      for (const [number, line] of lines.slice(0, most).entries())
        drawLine(line, row.size, y + padding + number * step, places[index]!);
    y += height;
    if (row.isRuled) {
      doc.setDrawColor(150, 156, 165);
      doc.setLineWidth(0.5);
      doc.line(sheet.side, y, sheet.side + column, y);
    }
    return { ...row, cells: row.cells.map((lines) => lines.slice(most)) };
  };

  return {
    doc,
    left: sheet.side,
    width: column,
    lines: typesetter.lines,
    drawLine,
    addField: createFields(doc),
    take(height: number): number {
      if (y + height > pageEnd) newPage();
      y += height;
      return y - height;
    },
    /** `keep`: how many lines of text must fit below, so that a heading does not end a page. */
    text(text: string, { size, weight, before = 0, after, keep = 1, align = "left" }: TextStyle) {
      const step = size * lineHeight;
      if (y > sheet.top) y += before;
      const lines = typesetter.lines(text, weight, size, column);
      if (keep > 1 && y + (lines.length + keep) * step > pageEnd) newPage();
      for (const line of lines) {
        if (y + step > pageEnd) newPage();
        drawLine(line, size, y, { x: sheet.side, width: column, align });
        y += step;
      }
      y += after;
    },
    /** A row that fits on a page is kept whole; a longer one goes on over as many pages as it needs. */
    row(row: Row, places: Place[], header?: Row) {
      const step = row.size * lineHeight;
      const turn = () => {
        newPage();
        if (header) drawSome(header, places, longest(header));
      };
      const roomFor = () => Math.floor((pageEnd - y - 2 * padding) / step);
      const onePage = Math.floor((pageEnd - sheet.top - 4 * padding) / step) - (header ? longest(header) : 0);
      if (longest(row) > roomFor() && (longest(row) <= onePage || roomFor() < 2)) turn();
      let rest = drawSome(row, places, Math.max(1, roomFor()));
      while (longest(rest) > 0) {
        turn();
        rest = drawSome(rest, places, Math.max(1, roomFor()));
      }
    },
    /** True when less than a header and a few lines would fit. */
    isNearEnd: (height: number) => y + height > pageEnd,
    newPage,
    space(height: number) {
      y += height;
    },
    feet({ footer, pageOf }: PdfModel) {
      const pages = doc.getNumberOfPages();
      const top = sheet.height - sheet.foot - sizes.small;
      for (let page = 1; page <= pages; page++) {
        doc.setPage(page);
        const [number] = typesetter.lines(pageOf(page, pages), "regular", sizes.small, column);
        const [words] = typesetter.lines(footer, "regular", sizes.small, column - 90);
        drawLine(words!, sizes.small, top, { x: sheet.side, width: column, align: "left" });
        drawLine(number!, sizes.small, top, { x: sheet.side, width: column, align: "right" });
      }
    },
  };
}

function longest({ cells }: Row): number {
  return Math.max(0, ...cells.map((lines) => lines.length));
}

async function drawBlock(pen: Pen, block: PdfBlock): Promise<void> {
  if (block.kind === "heading") {
    const size = block.level === 2 ? sizes.heading2 : sizes.heading3;
    pen.text(block.text, { size, weight: "bold", before: 12, after: 4, keep: 4 });
  } else if (block.kind === "paragraph") {
    const { text, small, align = "left", italic } = block;
    const weight = italic ? "italic" : "regular";
    pen.text(text, { size: small ? sizes.small : sizes.text, weight, after: 6, align });
  } else if (block.kind === "definitions") {
    const places = placesOf([{ share: 1 }, { share: 2 }]);
    const rows = block.items.map(({ term, value }) => ({
      ...rowOf(pen, [term, value], places, sizes.text, ["bold", "regular"]),
      isRuled: false,
    }));
    await drawRows(pen, rows, places);
    pen.space(8);
  } else if (block.kind === "qr") drawQr(pen, block);
  else if (block.kind === "cells") drawCells(pen, block);
  else if (isFormBlock(block)) drawFormBlock(pen, block);
  else await drawTable(pen, block);
}

async function drawTable(pen: Pen, { columns, rows }: Extract<PdfBlock, { kind: "table" }>): Promise<void> {
  const places = placesOf(columns);
  const titles = columns.map(({ title }) => title);
  const header = {
    ...rowOf(
      pen,
      titles,
      places,
      sizes.cell,
      titles.map((): Weight => "bold"),
    ),
    isHeader: true,
  };
  if (pen.isNearEnd(5 * sizes.cell * lineHeight)) pen.newPage();
  pen.row(header, places);
  const weights = titles.map((): Weight => "regular");
  for (let start = 0; start < rows.length; start += rowsInOneGo) {
    const some = rows.slice(start, start + rowsInOneGo).map((row) => rowOf(pen, row, places, sizes.cell, weights));
    await drawRows(pen, some, places, header);
  }
  pen.space(8);
}

async function drawRows(pen: Pen, rows: Row[], places: Place[], header?: Row): Promise<void> {
  for (const row of rows) pen.row(row, places, header);
  await nextTurn();
}

function placesOf(columns: { share: number; align?: "left" | "right" }[]): Place[] {
  const whole = columns.reduce((sum, { share }) => sum + share, 0);
  let x = sheet.side;
  return columns.map(({ share, align = "left" }) => {
    const width = (column * share) / whole;
    const place = { x: x + padding, width: width - 2 * padding, align };
    x += width;
    return place;
  });
}

function rowOf(pen: Pen, texts: string[], places: Place[], size: number, weights: Weight[]): Row {
  const cells = places.map(({ width }, index) => pen.lines(texts[index] ?? "", weights[index]!, size, width));
  return { cells, size, isHeader: false, isRuled: true };
}

/** The moment in UTC, as the format writes it: a time zone of the machine would change the bytes. */
function stamp(now: number): string {
  return `D:${new Date(now).toISOString().replace(/\D/g, "").slice(0, 14)}+00'00'`;
}

function printable(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ");
}

/** jsPDF always asks the reader to fit the page to its window; ours opens as its reader likes. Offsets stay. */
function withoutAction(bytes: Buffer<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const action = "/OpenAction [3 0 R /FitH null]";
  const at = bytes.lastIndexOf(action, undefined, "latin1");
  if (at >= 0) bytes.fill(" ", at, at + action.length);
  return bytes;
}
