import { createSecretKey, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { upgrade } from "../../test/kit/upgrade.ts";
import { type Db, openDatabase, write } from "../platform/database.ts";
import { createSeal, type Seal } from "../platform/seal.ts";
import { contentHash, hashMailContent, keepTemplate, openMailContent, sealMailContent } from "./mail-content.ts";
import { templateOf, wordMark } from "./mail-template.ts";

const [name, link] = [wordMark(0), wordMark(1)];
const template = templateOf(
  {
    subject: "Un remboursement",
    text: `Bonjour ${name},\n${link}\n${name} encore`,
    html: `<p>Bonjour ${name},</p><a href="${link}">Voir</a>`,
    headers: { "List-Unsubscribe": `<${link}>` },
  },
  2,
);
const words = ['Zoé & <b>"Léo"', "https://espace.example/unsubscribe/a?b=1&c='2'"];

let folder: string;
let file: string;
let db: Db;
let seal: Seal;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-content-"));
  file = join(folder, "espace.db");
  db = openDatabase(file);
  seal = createSeal([createSecretKey(randomBytes(32))]);
  upgrade(db, seal);
});
afterEach(() => {
  db.$client.close();
  rmSync(folder, { recursive: true });
});

const keep = () => write(db, () => keepTemplate({ db }, template));
const queued = () => sealMailContent({ seal }, { template: keep(), words });

test("a mail made from a template says its words where the marks stood, escaped in HTML alone", () => {
  expect(openMailContent({ db, seal }, queued())).toEqual({
    subject: "Un remboursement",
    text: `Bonjour Zoé & <b>"Léo",\nhttps://espace.example/unsubscribe/a?b=1&c='2'\nZoé & <b>"Léo" encore`,
    html: `<p>Bonjour Zoé &amp; &lt;b&gt;&quot;Léo&quot;,</p><a href="https://espace.example/unsubscribe/a?b=1&amp;c=&#39;2&#39;">Voir</a>`,
    headers: { "List-Unsubscribe": "<https://espace.example/unsubscribe/a?b=1&c='2'>" },
  });
});

test("a word that holds a mark is not read as another word", () => {
  const sealed = sealMailContent({ seal }, { template: keep(), words: [link, "secret"] });
  expect(openMailContent({ db, seal }, sealed).text).toBe(`Bonjour ${link},\nsecret\n${link} encore`);
});

test("a template without words says the same to everybody, whatever characters it holds", () => {
  const same = { subject: "Bonjour", text: `${name} tel quel`, html: "<p>Bonjour</p>", headers: {} };
  const kept = write(db, () => keepTemplate({ db }, templateOf(same, 0)));
  expect(openMailContent({ db, seal }, sealMailContent({ seal }, { template: kept, words: [] }))).toEqual(same);
});

test("a word cannot start a header", () => {
  const sealed = sealMailContent({ seal }, { template: keep(), words: ["Zoé", "x>\r\nBcc: b@x.example"] });
  expect(openMailContent({ db, seal }, sealed).headers).toEqual({ "List-Unsubscribe": "<x> Bcc: b@x.example>" });
});

test("a template is kept once, whatever the number of its mails, and no file of the base holds a word", () => {
  const sealed = [queued(), queued()];
  expect(db.$client.prepare("SELECT count(*) FROM mail_templates").pluck().get()).toBe(1);
  expect(Math.max(...sealed.map(({ length }) => length))).toBeLessThan(300);
  for (const part of readdirSync(folder)) expect(readFileSync(join(folder, part)).includes("Zoé")).toBe(false);
});

test("the hash of a mail is that of what its reader saw, template or not", () => {
  const sealed = queued();
  const content = openMailContent({ db, seal }, sealed);
  const { headers, ...body } = content;
  expect(contentHash({ db, seal }, sealed)).toBe(hashMailContent(content));
  expect(contentHash({ db, seal }, sealMailContent({ seal }, { body, headers }))).toBe(hashMailContent(content));
});

test.each([
  ["altered", `UPDATE mail_templates SET content = replace(content, 'Voir', 'Gagnez')`],
  ["gone", "DELETE FROM mail_templates"],
])("a mail whose template is %s is not opened: nothing else is ever sent in its place", (_what, change) => {
  const sealed = queued();
  db.$client.exec(change);
  expect(() => openMailContent({ db, seal }, sealed)).toThrow("template of a mail was altered");
  expect(contentHash({ db, seal }, sealed)).toBe("");
});
