type PdfField = {
  name: string;
  tooltip: string;
  kind: "text" | "long text" | "radios" | "box";
  /** What it may be set to, for what is ticked or chosen. */
  values: string[];
};

/** The fields of a form of ours, in their order. */
export function fieldsOfPdf(bytes: Uint8Array): PdfField[] {
  const file = Buffer.from(bytes).toString("latin1");
  const objects = new Map(
    [...file.matchAll(/^(\d+) 0 obj\n([\s\S]*?)\nendobj/gm)].map(([, id, body]) => [id!, body!] as const),
  );
  const form = /\/AcroForm (\d+) 0 R/.exec(file)?.[1];
  const listed = /\/Fields \[([^\]]*)\]/.exec(objects.get(form ?? "") ?? "")?.[1] ?? "";
  return refs(listed).map((id) => {
    const body = objects.get(id)!;
    const name = /\/T \(([^)]*)\)/.exec(body)![1]!;
    const tooltip = textOf(/\/TU (\((?:[^\\()]|\\.)*\)|<[^>]*>)/.exec(body)![1]!);
    if (body.includes("/FT /Tx")) {
      const isLong = (Number(/\/Ff (\d+)/.exec(body)![1]) & 4096) !== 0;
      return { name, tooltip, kind: isLong ? "long text" : "text", values: [] };
    }
    const kids = /\/Kids \[([^\]]*)\]/.exec(body)?.[1];
    const widgets = kids === undefined ? [body] : refs(kids).map((kid) => objects.get(kid)!);
    const values = widgets.map((widget) => /\/AP << \/N << \/(\w+) /.exec(widget)![1]!);
    return { name, tooltip, kind: kids === undefined ? "box" : "radios", values };
  });
}

/** A text as it stands in a file: UTF-16 in hexadecimal, or the alphabet of PDF between brackets. */
function textOf(written: string): string {
  if (written.startsWith("<")) return Buffer.from(written.slice(5, -1), "hex").swap16().toString("utf16le");
  const moved: Record<string, string> = { "\u0085": "–", "\u0090": "’", "\u0096": "Œ", "\u009c": "œ" };
  return written
    .slice(1, -1)
    .replace(/\\(.)/g, "$1")
    .replace(/[\u0080-\u009f]/g, (letter) => moved[letter]!);
}

function refs(list: string): string[] {
  return [...list.matchAll(/(\d+) 0 R/g)].map(([, id]) => id!);
}
