import type { jsPDF } from "jspdf";
import type { Font } from "./fonts.ts";

/** What jsPDF asks of a font it has read. */
type Metadata = {
  /** The numbers of letters, by their code points. */
  cmap: { unicode: { codeMap: Record<string, number> } };
  widthOfGlyph(glyph: number): number;
  subset: { encode(): Uint8Array };
};

/**
 * Makes a font known to a document under its name, without its letters: each gets a number when it is first drawn, and
 * those alone go into the file when it is written. jsPDF by itself reads the whole font for each document, and leaves
 * in the file as many empty places as there are letters that it does not use.
 */
export function addFont(doc: jsPDF, font: Font): void {
  const { name } = font;
  doc.addFileToVFS(`${name}.ttf`, font.shell().toString("latin1"));
  doc.addFont(`${name}.ttf`, name, "normal", undefined, "Identity-H");
  doc.setFont(name);
  const { metadata } = doc.getFont() as unknown as { metadata: Metadata };
  const numbers = new Map<number, number>();
  const widths = new Map<number, number>();
  const numberOf = (codePoint: number): number => {
    const glyph = font.glyph(codePoint);
    if (glyph === 0) return 0;
    const number = numbers.get(glyph) ?? numbers.size + 1;
    numbers.set(glyph, number);
    widths.set(number, 1000 * font.width(codePoint));
    return number;
  };
  const codeMap = new Proxy<Record<string, number>>({}, { get: (_, codePoint) => numberOf(Number(codePoint)) });
  metadata.cmap = { unicode: { codeMap } };
  metadata.widthOfGlyph = (number) => widths.get(number) ?? 0;
  metadata.subset = { encode: () => font.cut([...numbers.keys()]) };
}
