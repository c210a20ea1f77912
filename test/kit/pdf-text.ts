import { inflateSync } from "node:zlib";

/** The words of a PDF of ours, page after page, in the order they were drawn; one line for each piece. */
export function textOfPdf(bytes: Uint8Array): string {
  const file = Buffer.from(bytes).toString("latin1");
  const objects = new Map(
    [...file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, id, body]) => [id!, body!] as const),
  );
  const fonts = new Map(
    [...objects.values()].flatMap((body) =>
      [...body.matchAll(/^\/(F\d+) (\d+) 0 R/gm)].map(([, name, id]) => [name!, lettersOf(objects, id!)] as const),
    ),
  );
  const lines: string[] = [];
  for (const body of objects.values()) {
    const content = streamOf(body);
    if (!content?.includes(" Tj")) continue;
    let font: Map<string, string> | undefined;
    for (const [, name, hex] of content.matchAll(/\/(F\d+) [\d.]+ Tf|<([0-9a-f]*)> Tj/gi)) {
      if (name) font = fonts.get(name);
      else if (hex) lines.push((hex.match(/.{4}/g) ?? []).map((glyph) => font?.get(glyph) ?? "?").join(""));
    }
  }
  return lines.join("\n");
}

/** What each glyph of a font stands for. */
function lettersOf(objects: Map<string, string>, id: string): Map<string, string> {
  const map = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id) ?? "")?.[1];
  const text = streamOf(objects.get(map ?? "") ?? "") ?? "";
  const pairs = [...text.matchAll(/<([0-9a-f]{4})><([0-9a-f]{4})>/g)];
  return new Map(pairs.map(([, glyph, letter]) => [glyph!, String.fromCharCode(Number.parseInt(letter!, 16))]));
}

function streamOf(body: string): string | undefined {
  const [, dictionary, stream] = /^<<([\s\S]*?)>>\nstream\n([\s\S]*)\nendstream$/.exec(body) ?? [];
  if (stream === undefined) return undefined;
  const bytes = Buffer.from(stream, "latin1");
  return (dictionary!.includes("FlateDecode") ? inflateSync(bytes) : bytes).toString("latin1");
}
