import type { jsPDF } from "jspdf";

/** A box to fill in on a page; the corner is the upper left one, in points from the top of the page. */
type Box = { x: number; y: number; width: number; height: number };

/** What the reader of a PDF may type or tick. `name` is ASCII and its own; `tooltip` is what a screen reader says. */
export type FormField = { name: string; tooltip: string } & (
  | { kind: "text"; box: Box; isLong: boolean }
  | { kind: "box"; box: Box }
  | { kind: "radios"; options: { value: string; tooltip: string; box: Box }[] }
);

/** The parts of jsPDF that its own plug-ins write with. */
type Writer = {
  events: { subscribe(topic: string, listener: () => void): void };
  newObjectDeferred(): number;
  newObjectDeferredBegin(id: number, isWritten: boolean): void;
  write(text: string): void;
  putStream(stream: { data: string; additionalKeyValues: { key: string; value: string }[]; objectId: number }): void;
  getPageInfo(page: number): { objId: number; pageContext: { annotations: object[] } };
  getNumberOfPages(): number;
};

/** An object of the file, whose number is given when the file is written. */
type Ref = { objId: number };
type Widget = { ref: Ref; page: number; entries: (marks: Marks) => string };
type Field = { ref: Ref; widgets: Widget[]; parent: string | undefined };
type Marks = { font: Ref; none: Ref; dot: Ref; cross: Ref };

const pageHeight = 841.89;
const typedSize = 10;
/** A button is drawn in a square of ten units; jsPDF's way to place it scales it to its box. */
const marks = { none: "q Q", dot: dot(), cross: "1.2 w 2 2 m 8 8 l S 2 8 m 8 2 l S" };

/**
 * Adds fields to a document under way. jsPDF's own AcroForm loses them in a compressed file, has no tooltips, and names
 * fonts that readers do not find: only its writer of objects is used.
 * @returns the function that adds one, on the page that is being drawn.
 */
export function createFields(doc: jsPDF): (field: FormField) => void {
  const writer = doc.internal as unknown as Writer;
  const fields: Field[] = [];
  const form: Ref = { objId: 0 };
  const shared: Marks = { font: { objId: 0 }, none: { objId: 0 }, dot: { objId: 0 }, cross: { objId: 0 } };

  const begin = () => {
    const all = [form, ...Object.values(shared), ...fields.flatMap((field) => [field.ref, ...refsOf(field)])];
    for (const ref of all) ref.objId = writer.newObjectDeferred();
  };
  const put = ({ objId }: Ref, text: string) => {
    writer.newObjectDeferredBegin(objId, true);
    writer.write(text);
    writer.write("endobj");
  };
  const putMark = ({ objId }: Ref, data: string) => {
    writer.newObjectDeferredBegin(objId, true);
    const entries = { Type: "/XObject", Subtype: "/Form", BBox: "[0 0 10 10]", Resources: "<<>>" };
    const additionalKeyValues = Object.entries(entries).map(([key, value]) => ({ key, value }));
    writer.putStream({ data, additionalKeyValues, objectId: objId });
    writer.write("endobj");
  };
  const finish = () => {
    const of = (refs: Ref[]) => refs.map(({ objId }) => `${objId} 0 R`).join(" ");
    const font = `<< /Font << /Helv ${of([shared.font])} >> >>`;
    put(form, `<< /Fields [${of(fields.map(({ ref }) => ref))}] /DA (/Helv ${typedSize} Tf 0 g) /DR ${font} >>`);
    put(shared.font, "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>");
    for (const name of ["none", "dot", "cross"] as const) putMark(shared[name], marks[name]);
    for (const { ref, widgets, parent } of fields) {
      if (parent) put(ref, `<< ${parent} /Kids [${of(widgets.map((widget) => widget.ref))}] >>`);
      for (const { ref: own, page, entries } of widgets) {
        const place = `/Type /Annot /Subtype /Widget /F 4 /P ${writer.getPageInfo(page).objId} 0 R`;
        put(own, `<< ${place} ${parent ? `/Parent ${of([ref])} ` : ""}${entries(shared)} >>`);
      }
    }
  };

  return (field) => {
    if (fields.length === 0) {
      writer.events.subscribe("buildDocument", begin);
      writer.events.subscribe("postPutPages", finish);
      writer.events.subscribe("putPage", () => writer.write("/Tabs /R"));
      writer.events.subscribe("putCatalog", () => writer.write(`/AcroForm ${form.objId} 0 R`));
    }
    const page = doc.getCurrentPageInfo().pageNumber;
    const made = fieldOf(field, page);
    fields.push(made);
    const { annotations } = writer.getPageInfo(page).pageContext;
    for (const { ref } of made.widgets) annotations.push({ type: "reference", object: ref });
  };
}

/** The widgets of a group stand apart from it; of the others, field and widget are one object. */
function refsOf({ ref, widgets }: Field): Ref[] {
  return widgets.map((widget) => widget.ref).filter((own) => own !== ref);
}

function fieldOf(field: FormField, page: number): Field {
  const ref: Ref = { objId: 0 };
  const { name, tooltip, kind } = field;
  const known = `/T (${name}) /TU ${spoken(tooltip)}`;
  if (kind === "text") {
    const entries = () => `/FT /Tx ${known} /Ff ${field.isLong ? 4096 : 0} ${rect(field.box)}`;
    return { ref, parent: undefined, widgets: [{ ref, page, entries }] };
  }
  if (kind === "box") {
    const entries = ({ none, cross }: Marks) =>
      `/FT /Btn ${known} /V /Off ${button("oui", cross, none, "8")} ${rect(field.box)}`;
    return { ref, parent: undefined, widgets: [{ ref, page, entries }] };
  }
  return {
    ref,
    parent: `/FT /Btn ${known} /Ff 32768 /V /Off`,
    widgets: field.options.map(({ value, tooltip: words, box }) => ({
      ref: { objId: 0 },
      page,
      entries: ({ none, dot: on }) => `/TU ${spoken(words)} ${button(value, on, none, "l")} ${rect(box)}`,
    })),
  };
}

function button(value: string, on: Ref, off: Ref, caption: string): string {
  const states = `/${value} ${on.objId} 0 R /Off ${off.objId} 0 R`;
  return `/AS /Off /AP << /N << ${states} >> >> /MK << /CA (${caption}) >>`;
}

function rect({ x, y, width, height }: Box): string {
  const corners = [x, pageHeight - y - height, x + width, pageHeight - y];
  return `/Rect [${corners.map((corner) => corner.toFixed(2)).join(" ")}]`;
}

/** Signs that the alphabet of PDF has elsewhere than Latin-1, which it follows for the rest. */
const elsewhere: Record<string, number> = { "\u00a0": 0x20, "–": 0x85, "’": 0x90, Œ: 0x96, œ: 0x9c };

/** A text that a reader says: a byte a letter where the alphabet of PDF has them all, else two, written in ASCII. */
function spoken(text: string): string {
  const bytes = [...text].map((letter) => elsewhere[letter] ?? letter.codePointAt(0)!);
  const isPlain = bytes.every(
    (byte) => (byte >= 0x20 && byte <= 0x7e) || (byte > 0xa0 && byte <= 0xff) || isMoved(byte),
  );
  if (isPlain) return `(${String.fromCharCode(...bytes).replace(/[\\()]/g, "\\$&")})`;
  return `<FEFF${Buffer.from(text, "utf16le").swap16().toString("hex").toUpperCase()}>`;
}

function isMoved(byte: number): boolean {
  return byte === 0x85 || byte === 0x90 || byte === 0x96 || byte === 0x9c;
}

/** A disc in the middle of the square. */
function dot(): string {
  const [radius, pull] = [3, 1.66];
  const at = (x: number, y: number) => `${(5 + x).toFixed(2)} ${(5 + y).toFixed(2)}`;
  const quarter = (fromX: number, fromY: number, toX: number, toY: number) => {
    const along = (x: number, y: number, overX: number, overY: number) =>
      at(x + (overX * pull) / radius, y + (overY * pull) / radius);
    return `${along(fromX, fromY, toX, toY)} ${along(toX, toY, fromX, fromY)} ${at(toX, toY)} c`;
  };
  return [
    `${at(radius, 0)} m`,
    quarter(radius, 0, 0, radius),
    quarter(0, radius, -radius, 0),
    quarter(-radius, 0, 0, -radius),
    quarter(0, -radius, radius, 0),
    "f",
  ].join(" ");
}
