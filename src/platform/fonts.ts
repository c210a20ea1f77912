import { readFileSync } from "node:fs";
import { join } from "node:path";
import { productRoot } from "./config.ts";
import { cutFont, shellOf, tablesOf } from "./font-parts.ts";

const packages = join(productRoot, "node_modules");
const atkinson = join(packages, "@expo-google-fonts", "atkinson-hyperlegible");
const dejavu = join(packages, "dejavu-fonts-ttf", "ttf");

/** Atkinson Hyperlegible for all it has, which is what French and most of Europe write; DejaVu for the rest. */
const files = {
  regular: join(atkinson, "400Regular", "AtkinsonHyperlegible_400Regular.ttf"),
  italic: join(atkinson, "400Regular_Italic", "AtkinsonHyperlegible_400Regular_Italic.ttf"),
  bold: join(atkinson, "700Bold", "AtkinsonHyperlegible_700Bold.ttf"),
  fallback: join(dejavu, "DejaVuSans.ttf"),
  fallbackBold: join(dejavu, "DejaVuSans-Bold.ttf"),
};

export type FontName = keyof typeof files;

/** A TrueType font of the product. */
export type Font = {
  name: FontName;
  /** True when there is a glyph for a character (a code point). */
  has(codePoint: number): boolean;
  /** The number of its glyph; 0 when there is none. */
  glyph(codePoint: number): number;
  /** The width of a character, as a share of the size of the font. */
  width(codePoint: number): number;
  /** A file with what is said of the font as a whole, and no letter. */
  shell(): Buffer;
  /** A file with these glyphs alone, in this order from 1 on. */
  cut(glyphs: number[]): Buffer;
};

const loaded = new Map<FontName, Font>();

/** Read once, when it is first asked for: most documents need no fallback, which is ten times larger. */
export function loadFont(name: FontName): Font {
  const font = loaded.get(name) ?? readFont(name, readFileSync(files[name]));
  loaded.set(name, font);
  return font;
}

function readFont(name: FontName, bytes: Buffer): Font {
  const tables = tablesOf(bytes);
  const glyphs = glyphsOf(bytes, unicodeMap(bytes, tables.cmap!.byteOffset - bytes.byteOffset));
  const unitsPerEm = tables.head!.readUInt16BE(18);
  const widthCount = tables.hhea!.readUInt16BE(34);
  // The glyphs after the last width share it.
  const widthOf = (glyph: number) => tables.hmtx!.readUInt16BE(4 * Math.min(glyph, widthCount - 1));
  const glyph = (codePoint: number) => glyphs.get(codePoint) ?? 0;
  return {
    name,
    has: (codePoint) => glyphs.has(codePoint),
    glyph,
    width: (codePoint) => widthOf(glyph(codePoint)) / unitsPerEm,
    shell: () => shellOf(tables),
    cut: (some) => cutFont(tables, some),
  };
}

/** Where the map of the Basic Multilingual Plane stands (Windows Unicode, format 4). */
function unicodeMap(bytes: Buffer, cmap: number): number {
  const count = bytes.readUInt16BE(cmap + 2);
  for (let index = 0; index < count; index++) {
    const record = cmap + 4 + 8 * index;
    const at = cmap + bytes.readUInt32BE(record + 4);
    if (bytes.readUInt32BE(record) === 0x0003_0001 && bytes.readUInt16BE(at) === 4) return at;
  }
  throw new Error("the font has no Unicode map");
}

function glyphsOf(bytes: Buffer, at: number): Map<number, number> {
  const size = bytes.readUInt16BE(at + 6);
  const [ends, starts, deltas, offsets] = [14, 16 + size, 16 + 2 * size, 16 + 3 * size].map((part) => at + part) as [
    number,
    number,
    number,
    number,
  ];
  const glyphs = new Map<number, number>();
  for (let segment = 0; segment < size; segment += 2) {
    const first = bytes.readUInt16BE(starts + segment);
    const last = bytes.readUInt16BE(ends + segment);
    const delta = bytes.readUInt16BE(deltas + segment);
    const offset = bytes.readUInt16BE(offsets + segment);
    for (let codePoint = first; codePoint <= last && codePoint < 0xffff; codePoint++) {
      const direct =
        offset === 0 ? codePoint : bytes.readUInt16BE(offsets + segment + offset + 2 * (codePoint - first));
      const glyph = direct === 0 ? 0 : (direct + delta) & 0xffff;
      if (glyph !== 0) glyphs.set(codePoint, glyph);
    }
  }
  return glyphs;
}
