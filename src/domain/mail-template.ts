import { createHash } from "node:crypto";
import { escaped, type MailContent } from "./mail-layout.ts";

/** What many mails have in common: written once, and kept once. */
export type MailTemplate = {
  /** Of its parts as JSON, in hexadecimal: what each mail made from it names. */
  sha256: string;
  json: string;
};

/** A text cut where words are put in: the number of a word stands at every other place. */
type Pieces = (string | number)[];
export type TemplateParts = { subject: Pieces; text: Pieces; html: Pieces; headers: Record<string, Pieces> };

const firstMark = 0xe000;

/** Stands for a word that differs from one mail to the next while a template is written: a character of no alphabet. */
export function wordMark(number: number): string {
  return String.fromCharCode(firstMark + number);
}

/** Makes a template of a mail in which marks stand for so many words; none: it says the same to everybody. */
export function templateOf({ subject, text, html, headers }: MailContent, words: number): MailTemplate {
  const marks = new RegExp(words === 0 ? "$^" : `([${wordMark(0)}-${wordMark(words - 1)}])`);
  const cut = (whole: string): Pieces =>
    whole.split(marks).map((piece, place) => (place % 2 === 0 ? piece : piece.charCodeAt(0) - firstMark));
  const parts: TemplateParts = {
    subject: cut(subject),
    text: cut(text),
    html: cut(html),
    headers: mapValues(headers, cut),
  };
  const json = JSON.stringify(parts);
  return { sha256: templateHash(json), json };
}

export function templateHash(json: string): string {
  return createHash("sha256").update(json).digest("hex");
}

/** The mail that a template makes with these words, which are plain text: in HTML they are escaped. */
export function fillTemplate({ subject, text, html, headers }: TemplateParts, words: string[]): MailContent {
  return {
    subject: filled(subject, words),
    text: filled(text, words),
    html: filled(html, words.map(escaped)),
    headers: mapValues(headers, (pieces) => filled(pieces, words)),
  };
}

function filled(pieces: Pieces, words: string[]): string {
  let whole = "";
  for (const piece of pieces) whole += typeof piece === "string" ? piece : words[piece]!;
  return whole;
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
