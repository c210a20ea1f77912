import { graphemesOf } from "../lib/graphemes.ts";
import { toLatin } from "../lib/latin.ts";
import { type Font, loadFont } from "./fonts.ts";

export type Weight = "regular" | "bold" | "italic";
/** Letters of one font that follow one another. `width` in points. */
export type Run = { text: string; font: Font; width: number };
export type Line = Run[];

/** A letter as it is read, accents and all. `width` as a share of the size. */
type Cell = { text: string; font: Font; width: number; isSpace: boolean };

export type Typesetter = {
  /** The lines of a text in a column `width` points wide; a word that is longer than the column is cut. */
  lines(text: string, weight: Weight, size: number, width: number): Line[];
};

/** Spaces that the fonts lack, and a hyphen: drawn as the nearest one, without fetching another font for them. */
const alike: Record<string, string> = { "\u202f": "\u00a0", "\u2009": "\u00a0", "\u2011": "-", "\t": " " };
/** What no font has, and no table can turn, is shown as a box, never left out. */
const box = "\u25a1";

const singleLetters = /^[\n\t\u0020-\u02ff\u2010-\u2027\u202f-\u205e\u20a0-\u20cf]*$/;
/** What either font has all of. */
const europeanLetters = /^[\n\t\u0020-\u007e\u00a0-\u017f]*$/;
const arabic = /[\u0600-\u06ff]/;
const rightToLeft = /^[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const leftToRight = /^\p{L}/u;
const digit = /^[\p{N}.,]/u;
const mirrored: Record<string, string> = { "(": ")", ")": "(", "[": "]", "]": "[", "«": "»", "»": "«" };

/** @param shape gives Arabic letters the form that their neighbours ask for. */
export function createTypesetter(shape: (text: string) => string): Typesetter {
  const cells = {
    regular: new Map<string, Cell>(),
    bold: new Map<string, Cell>(),
    italic: new Map<string, Cell>(),
  };
  const cellOf = (letter: string, weight: Weight): Cell => {
    const known = cells[weight].get(letter);
    if (known) return known;
    const cell = makeCell(letter, weight);
    cells[weight].set(letter, cell);
    return cell;
  };

  return {
    lines(text, weight, size, width) {
      const clean = joined(readable(text).replace(/\r\n?|[\u2028\u2029]/g, "\n"), shape);
      return clean.split("\n").flatMap((paragraph) => {
        const letters = singleLetters.test(paragraph) ? [...paragraph] : graphemesOf(paragraph);
        const line = letters.map((letter) => cellOf(letter, weight));
        return wrap(line, width / size).map((part) => runsOf(inReadingOrder(part), size));
      });
    },
  };
}

/**
 * The first sign of a text, or of all the texts of a value, that would be drawn as a box; a document that somebody must
 * be able to rely on is then not made.
 */
export function undrawable(value: unknown): string | undefined {
  if (typeof value === "string") return firstUndrawable(value);
  if (value === null || typeof value !== "object") return undefined;
  for (const part of Object.values(value)) {
    const found = undrawable(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstUndrawable(text: string): string | undefined {
  if (europeanLetters.test(text)) return undefined;
  const letters = graphemesOf(readable(text));
  return letters.find((letter) => !/^[\n\r\u2028\u2029]+$/.test(letter) && !isDrawn(letter));
}

function isDrawn(letter: string): boolean {
  const text = alike[letter] ?? letter;
  return fits(text, loadFont("regular")) || fits(text, loadFont("fallback"));
}

/** Words that no font of ours has, in Latin letters. */
function readable(text: string): string {
  const composed = text.normalize("NFC");
  if (singleLetters.test(composed)) return composed;
  return composed.replace(/[\p{L}\p{M}\p{N}]+/gu, (word) => ([...word].every(isDrawn) ? word : toLatin(word)));
}

function joined(text: string, shape: (text: string) => string): string {
  if (!arabic.test(text)) return text;
  // One sign for a whole word, which the font lacks: its letters, joined.
  const shaped = shape(text).replaceAll("\ufdf2", "\ufe8d\ufedf\ufee0\ufeea");
  return fits(shaped.replace(/\s/g, ""), loadFont("fallback")) ? shaped : text;
}

function makeCell(letter: string, weight: Weight): Cell {
  const text = alike[letter] ?? letter;
  const first = loadFont(weight);
  if (fits(text, first)) return cellIn(first, text);
  const second = loadFont(weight === "bold" ? "fallbackBold" : "fallback");
  return fits(text, second) ? cellIn(second, text) : cellIn(second, box);
}

/** jsPDF writes two bytes a letter: what lies beyond is in no font for it. */
function fits(text: string, font: Font): boolean {
  return [...text].every((letter) => font.has(letter.codePointAt(0)!));
}

function cellIn(font: Font, text: string): Cell {
  const width = [...text].reduce((sum, letter) => sum + font.width(letter.codePointAt(0)!), 0);
  return { text, font, width, isSpace: text === " " };
}

/** Breaks at the last space that fits, or inside a word longer than the column. `width` as a share of the size. */
function wrap(cells: Cell[], width: number): Cell[][] {
  const lines: Cell[][] = [];
  let line: Cell[] = [];
  let used = 0;
  let lastSpace = -1;
  for (const cell of cells) {
    if (used + cell.width > width && line.length > 0 && !cell.isSpace) {
      lines.push(lastSpace < 0 ? line : line.slice(0, lastSpace));
      line = lastSpace < 0 ? [] : line.slice(lastSpace + 1);
      used = line.reduce((sum, kept) => sum + kept.width, 0);
      lastSpace = -1;
    }
    if (cell.isSpace) lastSpace = line.length;
    line.push(cell);
    used += cell.width;
  }
  lines.push(line);
  return lines;
}

/** Letters read from the right, in the order they are drawn from the left: whole phrases, numbers kept as they are. */
function inReadingOrder(cells: Cell[]): Cell[] {
  if (!cells.some(({ text }) => rightToLeft.test(text))) return cells;
  const ordered: Cell[] = [];
  for (let at = 0; at < cells.length; ) {
    const end = endOfPhrase(cells, at);
    ordered.push(...(end > at ? turned(cells.slice(at, end)) : [cells[at]!]));
    at = Math.max(end, at + 1);
  }
  return ordered;
}

function endOfPhrase(cells: Cell[], from: number): number {
  let end = from;
  if (!rightToLeft.test(cells[from]!.text)) return end;
  for (let at = from; at < cells.length; at++) {
    const { text } = cells[at]!;
    if (rightToLeft.test(text)) end = at + 1;
    else if (leftToRight.test(text)) break;
  }
  return end;
}

function turned(phrase: Cell[]): Cell[] {
  const cells: Cell[] = [];
  let number: Cell[] = [];
  for (const cell of phrase) {
    if (digit.test(cell.text)) number.push(cell);
    else {
      cells.unshift(...number);
      number = [];
      const mirror = mirrored[cell.text];
      cells.unshift(mirror ? { ...cell, text: mirror } : cell);
    }
  }
  return cells;
}

function runsOf(cells: Cell[], size: number): Line {
  const runs: Line = [];
  for (const { text, font, width } of cells) {
    const last = runs.at(-1);
    if (last?.font === font) {
      last.text += text;
      last.width += width * size;
    } else runs.push({ text, font, width: width * size });
  }
  return runs;
}
