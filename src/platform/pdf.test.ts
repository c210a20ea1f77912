import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { textOfPdf } from "../../test/kit/pdf-text.ts";
import { type PdfBlock, type PdfModel, renderPdf } from "./pdf.ts";
import { undrawable } from "./pdf-text.ts";

const made = { now: Date.parse("2026-11-23T09:00:00+01:00"), id: "document 1" };

function model(blocks: PdfBlock[], title = "Relevé d’essai"): PdfModel {
  const pageOf = (page: number, pages: number) => `page ${page} sur ${pages}`;
  return { language: "fr", title, author: "SMENO", footer: "Espace Personnel SMENO", pageOf, blocks };
}

const paragraph = (text: string): PdfBlock => ({ kind: "paragraph", text });
const draw = (...blocks: PdfBlock[]) => renderPdf(model(blocks), made);
/** The pieces of a line, and the lines of a paragraph, put together again. */
const wordsOf = (pdf: Uint8Array) => textOfPdf(pdf).replaceAll("\n", "");
const raw = (pdf: Uint8Array) => Buffer.from(pdf).toString("latin1");

/** A program that may not be on this machine. */
function run(program: string, args: string[], pdf: Uint8Array) {
  const folder = mkdtempSync(join(tmpdir(), "espace-pdf-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "document.pdf");
  writeFileSync(file, pdf);
  const ended = spawnSync(program, [...args.slice(0, -1), file, ...args.slice(-1)].filter(Boolean), {
    encoding: "utf8",
  });
  return ended.error ? undefined : ended;
}

const everything: PdfBlock[] = [
  { kind: "heading", level: 2, text: "Une partie" },
  paragraph("L’été à Łódź : 1\u202f234,56\u00a0€"),
  { kind: "definitions", items: [{ term: "Nom", value: "Élodie Œuvrard" }] },
  {
    kind: "table",
    columns: [
      { title: "Acte", share: 3 },
      { title: "Montant", share: 1, align: "right" },
    ],
    rows: Array.from({ length: 90 }, (_, index) => [`Consultation ${index}`, "25,00\u00a0€"]),
  },
  { kind: "heading", level: 3, text: "Une fin" },
  { kind: "paragraph", text: "Merci.", small: true },
];

test("the same model, moment and name give the same bytes; another name gives others", async () => {
  const [one, two] = [await draw(...everything), await draw(...everything)];
  expect(Buffer.compare(one, two)).toBe(0);
  const other = await renderPdf(model(everything), { ...made, id: "document 2" });
  expect(Buffer.compare(one, other)).not.toBe(0);
});

test("it says its title, author, language and moment, opens nothing and runs nothing", async () => {
  const pdf = raw(await draw(...everything));
  for (const part of [
    "/Author (SMENO)",
    "/Lang (fr-FR)",
    "/DisplayDocTitle true",
    "/CreationDate (D:20261123080000+00'00')",
    "/MediaBox [0 0 595.2",
  ])
    expect(pdf).toContain(part);
  expect(pdf).not.toMatch(/OpenAction|JavaScript|\/JS\b|\/AA\b|\/Launch/);
  // The apostrophe asks for two bytes a letter.
  expect(pdf).toContain(`/Title (${Buffer.from("\ufeffRelevé d’essai", "utf16le").swap16().toString("latin1")})`);
});

test("a table goes on over pages, its header on each, each page with its number", async () => {
  const lines = textOfPdf(await draw(...everything.slice(0, 4))).split("\n");
  const pages = lines.filter((line) => /^page \d+ sur \d+$/.test(line));
  expect(pages.length).toBeGreaterThan(2);
  expect(pages).toEqual(pages.map((_, index) => `page ${index + 1} sur ${pages.length}`));
  expect(lines.filter((line) => line === "Acte").length).toBe(pages.length);
  for (let index = 0; index < 90; index++) expect(lines).toContain(`Consultation ${index}`);
  expect(lines.filter((line) => line === "Espace Personnel SMENO")).toHaveLength(pages.length);
});

test("every letter is there: French ones, thin spaces, Cyrillic, arrows, composed accents", async () => {
  const text = "Œuvre naïve « l’été » 1\u202f234,56\u00a0€ − 7 % Łódź Ωμέγα Кириллица → ✓ e\u0301";
  expect(wordsOf(await draw(paragraph(text)))).toContain(text.normalize("NFC").replace("\u202f", "\u00a0"));
});

test("what no font has is shown as a box, one for each sign as it is read", async () => {
  expect(wordsOf(await draw(paragraph("a👨‍👩‍👧b😀c\u{378}d\u0000e\ud800f")))).toContain("a□b□c□d□e□f");
});

test("what no font has and can be read is written in Latin letters, the rest of the words as it stands", async () => {
  const words = wordsOf(await draw(paragraph("Li 王 小明, 김, Юлия, राहुल"), paragraph("გიორგი Արամ")));
  expect(words).toContain("Li Wang Xiaoming, Gim, Юлия, Rahul");
  expect(words).toContain("გიორგი Արամ");
});

test("a document says what of it cannot be drawn before it is drawn", () => {
  const table: PdfBlock = { kind: "table", columns: [{ title: "Nom", share: 1 }], rows: [["Łódź 王"], ["Ọlá ọ́ 😀"]] };
  expect(undrawable(table)).toBe("😀");
  expect(undrawable("a\u{378}b")).toBe("\u{378}");
  expect(undrawable(everything)).toBeUndefined();
  expect(undrawable("½ « Gal·la ! » \u202f\u2011\u2009\t\n Đặng")).toBeUndefined();
});

test("letters of the fallback weigh what they are: no table of the whole font comes with them", async () => {
  const plain = await draw(paragraph("Elodie"));
  const other = await draw(paragraph("Nguyễn Thị Ánh Đặng Ọ"));
  expect(plain.length).toBeLessThan(8_000);
  expect(other.length - plain.length).toBeLessThan(6_000);
});

test("Hebrew and Arabic are drawn from the right, joined, with their numbers as they are", async () => {
  const words = wordsOf(await draw(paragraph("avant שלום (12) עולם après"), paragraph("محمد عبد الله")));
  expect(words).toContain("avant םלוע (12) םולש après");
  // Each letter in the form its neighbours ask for; the last word in four letters, which the font has.
  expect(words).toContain("\ufeea\ufee0\ufedf\ufe8d \ufeaa\ufe92\ufecb \ufeaa\ufee4\ufea4\ufee3");
});

test("a name of 300 letters, a word longer than the page and a cell longer than the page break nothing", async () => {
  const name = "Anne-Élisabeth ".repeat(20).trim();
  const word = "N".repeat(1_000);
  const cell = Array.from({ length: 200 }, (_, index) => `ligne ${index}`).join("\n");
  const pdf = await draw(
    { kind: "definitions", items: [{ term: name, value: word }] },
    {
      kind: "table",
      columns: [
        { title: "Seule", share: 1 },
        { title: "Étroite", share: 0.05 },
      ],
      rows: [[cell, "abc"]],
    },
  );
  const lines = textOfPdf(pdf).split("\n");
  expect(lines.filter((line) => /^N+$/.test(line)).join("")).toBe(word);
  for (let index = 0; index < 200; index++) expect(lines).toContain(`ligne ${index}`);
  expect(lines.filter((line) => line === "Seule").length).toBeGreaterThan(3);
});

test("nothing at all is a page with its title", async () => {
  expect(wordsOf(await renderPdf(model([], ""), made))).toBe("Espace Personnel SMENOpage 1 sur 1");
  expect(wordsOf(await draw({ kind: "table", columns: [{ title: "Vide", share: 1 }], rows: [] }))).toContain("Vide");
  expect(wordsOf(await draw(paragraph("")))).toContain("Relevé d’essai");
});

test("twenty at once are drawn one after another, and others are answered meanwhile", async () => {
  let turns = 0;
  const ticking = setInterval(() => turns++, 1);
  const drawn = await Promise.all(Array.from({ length: 20 }, () => draw(...everything)));
  clearInterval(ticking);
  expect(new Set(drawn.map((pdf) => Buffer.from(pdf).toString("base64"))).size).toBe(1);
  expect(turns).toBeGreaterThan(20);
});

test("one that fails does not stop the next", async () => {
  const broken = {
    ...model([]),
    pageOf: () => {
      throw new Error("no words");
    },
  };
  await expect(renderPdf(broken, made)).rejects.toThrow("no words");
  expect(wordsOf(await draw(paragraph("suite")))).toContain("suite");
});

test("qpdf and pdftotext, where they are installed, find it sound and read it", async () => {
  const pdf = await draw(...everything, paragraph("Fin 👍 שלום"));
  const checked = run("qpdf", ["--check", ""], pdf);
  if (checked) expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining("No syntax or stream")]);
  const read = run("pdftotext", ["-layout", "-"], pdf);
  if (read) {
    expect(read.stdout).toMatch(/L’été à Łódź : 1\s234,56\s€/);
    expect(read.stdout).toMatch(/Consultation 89 +25,00\s€/);
    expect(read.stdout).toContain("שלום");
  }
});
