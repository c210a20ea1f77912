import { hasIbanKey, hasIbanShape } from "./iban.ts";
import { hasNirShape, parseNir } from "./nir.ts";

/** A piece of letters and digits, and what stands between it and the piece before. */
type Piece = { text: string; index: number; gap: string };

const pieces = /[0-9a-z]+/gi;
/** What people put between the groups of a number. Anything else, or more of it, ends the number. */
const between = /^[\s.,/_\p{Pd}]{1,3}$/u;
/** The groups that a social security number is printed in, and where a group ends in it. */
const printed = new Set(["1 2 2 2 3 3", "1 2 2 2 3 3 2"]);
const groupEnds = new Set([1, 3, 5, 7, 10, 13]);

/** Any country's account number with a slip of the pen, in groups of four. */
const grouped =
  /(?<![0-9a-z])[a-z]{2}\d{2}(?:[\s.\-\u00a0\u202f]?[0-9a-z]{4}){2,7}(?:[\s.\-\u00a0\u202f]?[0-9a-z]{1,4})?(?![0-9a-z])/gi;

/**
 * A text that somebody typed, where whatever looks like a social security number or an IBAN keeps its start alone,
 * however its groups are set apart. Dates, amounts and phone numbers stay.
 */
export function hideNumbers(text: string): string {
  const all = piecesOf(text);
  let shown = "";
  let from = 0;
  for (let start = 0; start < all.length; start++) {
    const iban = ibanFrom(all, start);
    const end = iban ?? nirFrom(all, start);
    if (end === undefined) continue;
    const { index } = all[start]!;
    shown += `${text.slice(from, index)}${signs(all, start, end).slice(0, iban === undefined ? 1 : 4)}…`;
    from = all[end]!.index + all[end]!.text.length;
    start = end;
  }
  return (shown + text.slice(from)).replace(grouped, (found) => `${found.slice(0, 4)}…`);
}

function piecesOf(text: string): Piece[] {
  let last = 0;
  return Array.from(text.matchAll(pieces), ({ 0: piece, index }) => {
    const gap = text.slice(last, index);
    last = index + piece.length;
    return { text: piece, index, gap };
  });
}

const signs = (all: Piece[], start: number, end: number) =>
  all
    .slice(start, end + 1)
    .map(({ text }) => text)
    .join("");

/** The last piece of the account number that begins with this one; undefined when none does. */
function ibanFrom(all: Piece[], start: number): number | undefined {
  const first = all[start]!.text;
  if (!/^[a-z]{2}(?:\d[0-9a-z]*)?$/i.test(first)) return undefined;
  let typed = "";
  let found: number | undefined;
  for (let end = start; end < all.length && (end === start || between.test(all[end]!.gap)); end++) {
    typed += all[end]!.text;
    if (typed.length > 34 || (typed.length >= 4 && !/^[a-z]{2}\d{2}/i.test(typed))) break;
    if (hasIbanKey(typed)) return end;
    if (looksLikeIban(typed)) found = end;
  }
  return found;
}

/** With a slip of the pen: a French one whole or in part, or one of a country's very shape, in capitals. */
function looksLikeIban(typed: string): boolean {
  if (/^(?:fr|mc)\d{2}(?:\d{8,30}|\d{10}[0-9a-z]{11}\d{2})$/i.test(typed)) return true;
  // In small letters, "de" and "se" are words.
  return hasIbanShape(typed);
}

/** The last piece of the social security number that begins with this one; undefined when none does. */
function nirFrom(all: Piece[], start: number): number | undefined {
  if (!/^[1-8]/.test(all[start]!.text)) return undefined;
  let typed = "";
  let found: number | undefined;
  for (let end = start; end < all.length && (end === start || between.test(all[end]!.gap)); end++) {
    const { text } = all[end]!;
    typed += text;
    if (typed.length > 15 || !/^[0-9ab]+$/i.test(text)) break;
    if (typed.length >= 13 && looksLikeNir(typed, all.slice(start, end + 1))) found = end;
  }
  return found;
}

function looksLikeNir(typed: string, parts: Piece[]): boolean {
  if (parts.length === 1 || (typed.length === 15 && parseNir(typed))) return true;
  if (printed.has(parts.map(({ text }) => text.length).join(" "))) return true;
  if (!hasNirShape(typed.slice(0, 13))) return false;
  let length = 0;
  const ends = parts.slice(0, -1).map(({ text }) => {
    length += text.length;
    return length;
  });
  if (ends.every((end) => groupEnds.has(end))) return true;
  // Set apart elsewhere, but always in the same way: lists of days or of phone numbers are not.
  const gaps = parts.slice(1).map(({ gap }) => gap);
  return typed.length !== 14 && (gaps.every((gap) => gap === gaps[0]) || gaps.every((gap) => /^[\s.-]$/.test(gap)));
}
