import { toLatin } from "./latin.ts";

/** The letters that the European card may bear: ISO 8859-1 to 8859-4 (Decision S2 of 12 June 2009). */
const allowed = new Set(
  ["iso-8859-1", "iso-8859-2", "iso-8859-3", "iso-8859-4"].flatMap((charset) => {
    const decoder = new TextDecoder(charset);
    // From 0xa0 on: below, what is called 8859-1 here is another table.
    return Array.from({ length: 0x60 }, (_, index) => decoder.decode(Uint8Array.of(0xa0 + index)));
  }),
);
const plain = /^[\x20-\x7e]$/;

/** Letters and signs that no accent taken away turns into one of those. */
const others: Record<string, string> = {
  œ: "oe",
  Œ: "OE",
  ĳ: "ij",
  Ĳ: "IJ",
  ə: "e",
  Ə: "E",
  ơ: "o",
  Ơ: "O",
  ư: "u",
  Ư: "U",
  ẞ: "SS",
  "’": "'",
  "‘": "'",
  ʼ: "'",
  "`": "'",
  "“": '"',
  "”": '"',
  "‐": "-",
  "‑": "-",
  "–": "-",
  "—": "-",
};

/**
 * A name as the European card writes it: words of other alphabets in Latin letters, accents that the card does not know
 * taken away, spaces made one.
 * @returns undefined when something is left that has no Latin letters, such as a picture.
 */
export function toCardLetters(text: string): string | undefined {
  const letters = Array.from(toLatin(text).replace(/\s+/gu, " ").trim(), cardLetter);
  return letters.includes(undefined) ? undefined : letters.join("");
}

function cardLetter(letter: string): string | undefined {
  if (plain.test(letter) && letter !== "`") return letter;
  if (letter === "\u00a0") return " ";
  if (allowed.has(letter) && letter !== "\u00ad" && letter !== "\ufffd") return letter;
  const known = others[letter];
  if (known !== undefined) return known;
  // A letter with two accents keeps the one that the card knows: ấ is â.
  const [base = "", ...marks] = letter.normalize("NFD");
  if (/^\p{M}$/u.test(base)) return "";
  const kept = marks.map((mark) => (base + mark).normalize("NFC")).find((one) => allowed.has(one));
  if (kept !== undefined) return kept;
  if (marks.length === 0) return undefined;
  return plain.test(base) ? base : (others[base] ?? (allowed.has(base) ? base : undefined));
}

/** A text of at most `longest` letters, ended between two words where there is such an end. */
export function cutAtWord(text: string, longest: number): string {
  const letters = Array.from(text);
  if (letters.length <= longest) return text;
  const cut = letters.slice(0, longest + 1).join("");
  const end = Math.max(cut.lastIndexOf(" "), cut.lastIndexOf("-"));
  return end > 0 ? cut.slice(0, end) : letters.slice(0, longest).join("");
}
