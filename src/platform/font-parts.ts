/** The parts of a TrueType file by their names of four letters. */
export type FontTables = { [Tag in string]?: Buffer };

/** Reads where the parts of a font are; they are views on its bytes. */
export function tablesOf(bytes: Buffer): FontTables {
  const count = bytes.readUInt16BE(4);
  const records = Array.from({ length: count }, (_, index) => 12 + 16 * index);
  return Object.fromEntries(
    records.map((at) => {
      const [start, length] = [bytes.readUInt32BE(at + 8), bytes.readUInt32BE(at + 12)];
      return [bytes.toString("latin1", at, at + 4), bytes.subarray(start, start + length)];
    }),
  );
}

/**
 * A font with some glyphs of another alone, and what a PDF needs to draw them: a whole one has tables of thousands of
 * letters, and programs that fit letters to the dots of old screens. The glyph that stands for what is missing is the
 * first, then come those asked for in their order, then the parts they are composed of.
 */
export function cutFont(tables: FontTables, glyphs: number[]): Buffer {
  const numbers = new Map([0, ...glyphs].map((glyph, index) => [glyph, index]));
  const shapes: Buffer[] = [];
  // A part that is met for the first time takes the next number, and has its turn later in this very loop.
  for (const [glyph] of numbers) shapes.push(bareGlyph(glyphAt(tables, glyph), numbers));
  const ends = [0];
  for (const shape of shapes) ends.push(ends.at(-1)! + shape.length);
  const loca = Buffer.alloc(4 * ends.length);
  for (const [index, end] of ends.entries()) loca.writeUInt32BE(end, 4 * index);
  return fileOf({
    head: changed(tables.head!, (head) => {
      head.writeUInt32BE(0, 8);
      head.writeUInt16BE(1, 50);
    }),
    hhea: changed(tables.hhea!, (hhea) => hhea.writeUInt16BE(shapes.length, 34)),
    maxp: changed(tables.maxp!, (maxp) => maxp.writeUInt16BE(shapes.length, 4)),
    hmtx: Buffer.concat([...numbers.keys()].map((glyph) => metricsOf(tables, glyph))),
    loca,
    glyf: Buffer.concat(shapes),
  });
}

/** A font without letters, with the tables that speak of it as a whole: what jsPDF wants to have read. */
export function shellOf(tables: FontTables): Buffer {
  // Of the names one is read: that of the font for printers (6), of one letter here.
  const name = Buffer.from([0, 0, 0, 1, 0, 18, 0, 1, 0, 0, 0, 0, 0, 6, 0, 1, 0, 0, 0x6d]);
  const post = changed(tables.post!.subarray(0, 32), (table) => table.writeUInt32BE(0x0003_0000, 0));
  // A map from nothing to nothing (format 4), for Windows in Unicode.
  const map = [4, 24, 0, 2, 2, 0, 0, 0xffff, 0, 0xffff, 1, 0];
  const cmap = Buffer.from([0, 1, 3, 1, 0, 12, ...map].flatMap((word) => [word >> 8, word & 0xff]));
  return fileOf({ ...tablesOf(cutFont(tables, [])), "OS/2": tables["OS/2"]!, name, post, cmap });
}

function changed(table: Buffer, change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(table);
  change(copy);
  return copy;
}

function glyphAt({ head, loca, glyf }: FontTables, glyph: number): Buffer {
  const isLong = head!.readUInt16BE(50) === 1;
  const at = (index: number) => (isLong ? loca!.readUInt32BE(4 * index) : 2 * loca!.readUInt16BE(2 * index));
  return glyf!.subarray(at(glyph), at(glyph + 1));
}

/** The width of a glyph and where it begins; those after the last width share it. */
function metricsOf({ hhea, hmtx }: FontTables, glyph: number): Buffer {
  const count = hhea!.readUInt16BE(34);
  const metrics = Buffer.alloc(4);
  hmtx!.copy(metrics, 0, 4 * Math.min(glyph, count - 1), 4 * Math.min(glyph, count - 1) + 2);
  const bearing = glyph < count ? 4 * glyph + 2 : 4 * count + 2 * (glyph - count);
  hmtx!.copy(metrics, 2, bearing, bearing + 2);
  return metrics;
}

/** A glyph without the program that fits it to a screen; its parts get their new numbers. */
function bareGlyph(glyph: Buffer, numbers: Map<number, number>): Buffer {
  if (glyph.length === 0) return glyph;
  const contours = glyph.readInt16BE(0);
  if (contours < 0) return composed(glyph, numbers);
  const program = 10 + 2 * contours;
  const outline = glyph.subarray(program + 2 + glyph.readUInt16BE(program));
  return even(Buffer.concat([glyph.subarray(0, program), Buffer.alloc(2), outline]));
}

// Flags of a part (OpenType, glyf): how long its numbers are, how it is scaled, what follows it.
const hasWords = 0x0001;
const scales: [flag: number, bytes: number][] = [
  [0x0008, 2],
  [0x0040, 4],
  [0x0080, 8],
];
const hasMore = 0x0020;
const hasProgram = 0x0100;

function composed(glyph: Buffer, numbers: Map<number, number>): Buffer {
  const copy = Buffer.from(glyph);
  let at = 10;
  for (let flags = hasMore; flags & hasMore; ) {
    flags = copy.readUInt16BE(at);
    copy.writeUInt16BE(flags & ~hasProgram, at);
    const part = copy.readUInt16BE(at + 2);
    if (!numbers.has(part)) numbers.set(part, numbers.size);
    copy.writeUInt16BE(numbers.get(part)!, at + 2);
    at += 4 + (flags & hasWords ? 4 : 2) + (scales.find(([scale]) => flags & scale)?.[1] ?? 0);
  }
  return even(copy.subarray(0, at));
}

/** Each begins at an even place. */
function even(bytes: Buffer): Buffer {
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

function fileOf(tables: FontTables): Buffer {
  const parts = Object.entries(tables as Record<string, Buffer>).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const header = Buffer.alloc(12 + 16 * parts.length);
  header.writeUInt32BE(0x0001_0000, 0);
  header.writeUInt16BE(parts.length, 4);
  const power = Math.floor(Math.log2(parts.length));
  header.writeUInt16BE(16 * 2 ** power, 6);
  header.writeUInt16BE(power, 8);
  header.writeUInt16BE(16 * (parts.length - 2 ** power), 10);
  const bodies: Buffer[] = [];
  let start = header.length;
  for (const [index, [tag, table]] of parts.entries()) {
    const body = Buffer.concat([table, Buffer.alloc(-table.length & 3)]);
    const record = 12 + 16 * index;
    header.write(tag, record, "latin1");
    header.writeUInt32BE(sumOf(body), record + 4);
    header.writeUInt32BE(start, record + 8);
    header.writeUInt32BE(table.length, record + 12);
    bodies.push(body);
    start += body.length;
  }
  const file = Buffer.concat([header, ...bodies]);
  const head = tablesOf(file).head!;
  head.writeUInt32BE((0xb1b0_afba - sumOf(file)) >>> 0, 8);
  return file;
}

function sumOf(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 4) sum = (sum + bytes.readUInt32BE(at)) >>> 0;
  return sum;
}
