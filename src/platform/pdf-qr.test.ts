import { inflateSync } from "node:zlib";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { renderPdf } from "./pdf.ts";
import { qrRuns } from "./qr.ts";

const address = "https://espace.example.fr/verify/7K3F-9QX2-M4TV-0WBE";
const side = 96;

/** The rectangles of a PDF of ours, in points from the lower left corner: x, y, width, height. */
function rectangles(pdf: Uint8Array): number[][] {
  const file = Buffer.from(pdf).toString("latin1");
  return [...file.matchAll(/FlateDecode[^>]*>>\nstream\n([\s\S]*?)\nendstream/g)].flatMap(([, stream]) => {
    const content = inflateSync(Buffer.from(stream!, "latin1")).toString("latin1");
    return [...content.matchAll(/^(-?[\d.]+) (-?[\d.]+) (-?[\d.]+) (-?[\d.]+) re$/gm)].map((found) =>
      found.slice(1).map(Number),
    );
  });
}

async function drawn(lines: string[], before = 0): Promise<Uint8Array> {
  const paragraph = { kind: "paragraph", text: Array(before).fill("Texte").join("\n") } as const;
  const model = {
    language: "fr",
    title: "Code",
    author: "SMENO",
    footer: "",
    pageOf: (page: number) => `page ${page}`,
    blocks: [paragraph, { kind: "qr", text: address, label: "", lines } as const],
  } as const;
  return renderPdf({ ...model, blocks: [...model.blocks] }, { now: 0, id: "1" });
}

test("each dark module of the code is drawn in its place, and nothing else", async () => {
  const { data, size } = encode(address, { ecc: "M", border: 4 });
  const module = side / size;
  const found = rectangles(await drawn(["Adresse"]));
  const left = 56;
  const top = Math.max(...found.map(([, y]) => y!)) + 4 * module;
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [x, y, width, height] of found) {
    expect(Math.abs(height!)).toBeCloseTo(module, 1);
    const row = Math.round((top - y!) / module);
    const from = Math.round((x! - left) / module);
    for (let index = 0; index < Math.round(width! / module); index++) modules[row]![from + index] = true;
  }
  expect(modules).toEqual(data);
});

test("the end of a page never parts the code from its lines", async () => {
  for (const before of [0, 30, 40, 44, 46, 48, 50]) {
    const heights = rectangles(await drawn(["Un", "Deux"], before)).map(([, y]) => y!);
    expect(Math.max(...heights) - Math.min(...heights)).toBeLessThan(side);
    expect(Math.min(...heights)).toBeGreaterThan(72);
  }
});

test("the runs of a code cover its modules once", () => {
  const { data } = encode(address, { ecc: "L", border: 4 });
  const dark = data.flat().filter(Boolean).length;
  expect(qrRuns(address, "L").runs.reduce((sum, { width }) => sum + width, 0)).toBe(dark);
});
