import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fieldsOfPdf } from "../../test/kit/pdf-fields.ts";
import { textOfPdf } from "../../test/kit/pdf-text.ts";
import { type PdfBlock, renderPdf } from "./pdf.ts";

const draw = (...blocks: PdfBlock[]) =>
  renderPdf(
    { language: "fr", title: "Formulaire", author: "SMENO", footer: "pied", pageOf: (page) => `page ${page}`, blocks },
    { now: Date.parse("2026-11-23T09:00:00+01:00"), id: "formulaire" },
  );

const box = (name: string, value?: string, lines = 1) => ({
  label: `Libellé ${name}`,
  share: 1,
  name,
  tooltip: `Aide « ${name} » : été, œuf`,
  value,
  lines,
});

const all: PdfBlock[] = [
  { kind: "heading", level: 2, text: "Partie" },
  { kind: "boxes", boxes: [box("nom", "Łódź Œuvrard"), box("prenom"), box("recit", undefined, 4)] },
  {
    kind: "choice",
    label: "Motif",
    name: "motif",
    tooltip: "Motif",
    isMany: false,
    options: [
      { value: "perte", label: "Perte" },
      { value: "vol", label: "Vol" },
    ],
  },
  {
    kind: "choice",
    label: "Pièces",
    name: "pieces",
    tooltip: "Pièces",
    isMany: true,
    options: [
      { value: "constat", label: "Constat" },
      { value: "plainte", label: "Plainte" },
    ],
  },
  { kind: "frames", frames: [{ label: "Signature", share: 1 }], height: 50 },
];

/** Programs that may not be on this machine. */
function run(program: string, args: string[], pdf: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), "espace-form-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "form.pdf"), pdf);
  const ended = spawnSync(program, [...args, join(folder, "form.pdf")], { encoding: "utf8" });
  return ended.error ? undefined : ended;
}

test("what is known is printed, the rest are fields with a name and a tooltip", async () => {
  const pdf = await draw(...all);
  expect(textOfPdf(pdf)).toContain("Łódź Œuvrard");
  expect(fieldsOfPdf(pdf)).toEqual([
    { name: "prenom", tooltip: "Aide « prenom » : été, œuf", kind: "text", values: [] },
    { name: "recit", tooltip: "Aide « recit » : été, œuf", kind: "long text", values: [] },
    { name: "motif", tooltip: "Motif", kind: "radios", values: ["perte", "vol"] },
    { name: "pieces_constat", tooltip: "Pièces : Constat", kind: "box", values: ["oui"] },
    { name: "pieces_plainte", tooltip: "Pièces : Plainte", kind: "box", values: ["oui"] },
  ]);
  const text = Buffer.from(pdf).toString("latin1");
  // Nothing is chosen, nothing is typed, nothing runs.
  expect(text.match(/\/V \/(\w+)/g)).toEqual(["/V /Off", "/V /Off", "/V /Off"]);
  expect(text).not.toMatch(/\/JS\b|JavaScript|OpenAction|\/AA\b|SubmitForm|\/URI/);
});

test("the same form gives the same bytes; without fields there is no form in the file", async () => {
  expect(Buffer.compare(await draw(...all), await draw(...all))).toBe(0);
  const plain = Buffer.from(await draw({ kind: "paragraph", text: "rien" })).toString("latin1");
  expect(plain).not.toMatch(/AcroForm|Widget|Annots/);
});

test("each field stands on the page of its label, in its box", async () => {
  const many = Array.from({ length: 30 }, (_, index): PdfBlock => ({ kind: "boxes", boxes: [box(`champ_${index}`)] }));
  const pdf = Buffer.from(await draw(...many)).toString("latin1");
  const pages = [...pdf.matchAll(/\/Annots \[([^\]]*)\]/g)].map(
    ([, refs]) => refs!.trim().split(/\s+0 R\s*/).length - 1,
  );
  expect(pages.length).toBeGreaterThan(1);
  expect(pages.reduce((sum, count) => sum + count, 0)).toBe(30);
  const rects = [...pdf.matchAll(/\/Rect \[([\d. ]+)\]/g)].map(([, corners]) => corners!.split(" ").map(Number));
  expect(rects).toHaveLength(30);
  for (const [left, bottom, right, top] of rects as [number, number, number, number][]) {
    expect(left).toBeGreaterThanOrEqual(56);
    expect(right).toBeLessThanOrEqual(540);
    expect(top - bottom).toBeCloseTo(20, 1);
    expect(bottom).toBeGreaterThan(60);
    expect(top).toBeLessThan(790);
  }
});

test("a value without end is cut, a long label and a long option are broken into lines", async () => {
  const pdf = await draw(
    {
      kind: "boxes",
      boxes: [box("nom", `${"mot ".repeat(4_000)}fin`), { ...box("suite"), label: "long ".repeat(80) }],
    },
    {
      kind: "choice",
      label: "Choix",
      name: "choix",
      tooltip: "Choix",
      isMany: true,
      options: [
        { value: "a", label: "option ".repeat(40) },
        { value: "b", label: "N".repeat(300) },
        { value: "c", label: "courte" },
      ],
    },
  );
  expect(
    textOfPdf(pdf)
      .split("\n")
      .filter((line) => /^(?:mot ?)+$/.test(line)).length,
  ).toBe(10);
  expect(textOfPdf(pdf)).toContain("courte");
  expect(fieldsOfPdf(pdf).map(({ name }) => name)).toEqual(["suite", "choix_a", "choix_b", "choix_c"]);
});

test("qpdf, where it is installed, finds the form sound and its fields", async () => {
  const pdf = await draw(...all);
  const checked = run("qpdf", ["--check"], pdf);
  if (!checked) return;
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining("No syntax or stream")]);
  const json = JSON.parse(run("qpdf", ["--json", "--json-key=acroform"], pdf)!.stdout) as {
    acroform: { hasacroform: boolean; fields: { fullname: string; fieldtype: string; pageposfrom1: number }[] };
  };
  expect(json.acroform.hasacroform).toBe(true);
  expect(json.acroform.fields.map(({ fullname, fieldtype }) => `${fullname} ${fieldtype}`)).toEqual([
    "prenom /Tx",
    "recit /Tx",
    "motif /Btn",
    "motif /Btn",
    "pieces_constat /Btn",
    "pieces_plainte /Btn",
  ]);
  expect(json.acroform.fields.every(({ pageposfrom1 }) => pageposfrom1 === 1)).toBe(true);
});
