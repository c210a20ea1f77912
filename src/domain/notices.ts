import { createHash } from "node:crypto";
import { isDay, parisMoment } from "../lib/dates.ts";
import { hideNumbers } from "../lib/hidden-numbers.ts";
import type { Language } from "../lib/languages.ts";
import { foreignLink, type Ours } from "./foreign-links.ts";

export const noticeKinds = ["change", "interruption", "end"] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** What befalls the service, in both languages; moments in seconds. */
export type NoticeText = {
  kind: NoticeKind;
  startsAt: number;
  endsAt: number;
  subject: Record<Language, string>;
  /** Paragraphs, with an empty line between them. */
  text: Record<Language, string>;
};

/** A fault of a notice, and the line of the file it is on; 0 for what is missing. */
export type NoticeFault = { line: number; fault: string };

type Read = { ok: true; value: NoticeText } | { ok: false; faults: NoticeFault[] };

const headers = ["kind", "starts", "ends", "subject-fr", "subject-en"] as const;
type Header = (typeof headers)[number];

const mark = "--- en ---";
const longestSubject = 120;
const longestText = 4_000;
/** Charter, article 8: users are told within a reasonable time. */
const reasonableSeconds = 30 * 24 * 3600;

/**
 * Reads a notice from a file: lines `kind: change|interruption|end`, `starts:` and `ends:` (`2026-12-05 22:00`, Paris),
 * `subject-fr:` and `subject-en:`, an empty line, the French text, a line `--- en ---`, the English text.
 * @param ours the portal and the mutual: a link may lead nowhere else.
 * @returns the notice, or every fault with its line.
 */
export function readNotice(file: string, { now, ...ours }: Ours & { now: number }): Read {
  const faults: NoticeFault[] = [];
  const lines = file.replace(/^\ufeff/, "").split(/\r\n|[\n\r]/);
  const bodyAt = lines.findIndex((line) => line.trim() === "");
  const head = readHead(bodyAt < 0 ? lines : lines.slice(0, bodyAt), faults);
  const englishAt = bodyAt < 0 ? -1 : lines.findIndex((line, index) => index > bodyAt && line.trim() === mark);
  if (bodyAt < 0) faults.push({ line: 0, fault: "an empty line and the French text are missing" });
  else if (englishAt < 0) faults.push({ line: 0, fault: `the line "${mark}" and the English text are missing` });

  const kind = noticeKinds.find((name) => name === head.get("kind")?.value);
  if (head.has("kind") && !kind)
    faults.push({ line: lineOf(head, "kind"), fault: "must be change, interruption or end" });
  const startsAt = momentOf(head, "starts", faults);
  const endsAt = momentOf(head, "ends", faults);
  if (startsAt !== undefined && endsAt !== undefined && endsAt <= startsAt)
    faults.push({ line: lineOf(head, "ends"), fault: "must be after starts" });
  else if (endsAt !== undefined && endsAt <= now) faults.push({ line: lineOf(head, "ends"), fault: "is past" });
  // An interruption may be told while it lasts; what changes or ends is told before.
  else if (startsAt !== undefined && startsAt <= now && kind !== "interruption")
    faults.push({ line: lineOf(head, "starts"), fault: "is past" });
  for (const name of ["subject-fr", "subject-en"] as const) {
    const length = head.get(name)?.value.length ?? 0;
    if (length > longestSubject)
      faults.push({ line: lineOf(head, name), fault: `is too long: ${longestSubject} characters at most` });
  }
  const body = {
    fr: readBody(lines, bodyAt + 1, englishAt < 0 ? lines.length : englishAt, "French", faults),
    en: englishAt < 0 ? "" : readBody(lines, englishAt + 1, lines.length, "English", faults),
  };
  for (const [index, line] of lines.entries()) {
    // The name of a header line ends with a colon, as a scheme does.
    const words = index < bodyAt ? line.replace(/^[^:]*:/, "") : line;
    const fault = wordsFault(words, ours);
    if (fault) faults.push({ line: index + 1, fault });
  }
  if (faults.length > 0 || !kind || startsAt === undefined || endsAt === undefined) {
    return { ok: false, faults: faults.sort((one, other) => one.line - other.line) };
  }
  const subject = { fr: head.get("subject-fr")!.value, en: head.get("subject-en")!.value };
  return { ok: true, value: { kind, startsAt, endsAt, subject, text: body } };
}

type Head = Map<Header, { value: string; line: number }>;

function readHead(lines: string[], faults: NoticeFault[]): Head {
  const head: Head = new Map();
  for (const [index, text] of lines.entries()) {
    const line = index + 1;
    const [, name = "", value = ""] = /^([^:]*):(.*)$/.exec(text) ?? [];
    const header = headers.find((known) => known === name.trim().toLowerCase());
    if (!header)
      faults.push({ line, fault: `must begin with one of ${headers.map((known) => `${known}:`).join(" ")}` });
    else if (head.has(header)) faults.push({ line, fault: `${header}: is there twice` });
    else if (value.trim() === "") faults.push({ line, fault: `${header}: is empty` });
    else head.set(header, { value: value.trim(), line });
    if (header && !head.has(header)) head.set(header, { value: "", line });
  }
  for (const header of headers) if (!head.has(header)) faults.push({ line: 0, fault: `${header}: is missing` });
  return new Map([...head].filter(([, { value }]) => value !== ""));
}

function lineOf(head: Head, name: Header): number {
  return head.get(name)?.line ?? 0;
}

function momentOf(head: Head, name: "starts" | "ends", faults: NoticeFault[]): number | undefined {
  const found = head.get(name);
  if (!found) return undefined;
  const [, day = "", time = ""] = /^(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)$/.exec(found.value) ?? [];
  const moment = isDay(day) ? momentInParis(day, time) : undefined;
  if (moment === undefined)
    faults.push({ line: found.line, fault: "must be a moment in Paris such as 2026-12-05 22:00" });
  return moment;
}

/** Seconds; of an hour that comes twice in autumn the first; undefined for one that spring leaves out. */
function momentInParis(day: string, time: string): number | undefined {
  const universal = Date.parse(`${day}T${time}:00Z`);
  if (Number.isNaN(universal)) return undefined;
  for (const hoursAhead of [2, 1]) {
    const moment = universal - hoursAhead * 3_600_000;
    const paris = parisMoment(moment);
    if (paris.day === day && paris.time === time) return moment / 1000;
  }
  return undefined;
}

function readBody(lines: string[], from: number, to: number, language: string, faults: NoticeFault[]): string {
  const text = lines.slice(from, to).join("\n").trim();
  if (text === "" && from > 0) faults.push({ line: 0, fault: `the ${language} text is missing` });
  if (text.length > longestText)
    faults.push({ line: from + 1, fault: `the ${language} text is too long: ${longestText} characters at most` });
  return text.replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n");
}

/** What no mail of the portal may hold: it goes to everybody. */
function wordsFault(line: string, ours: Ours): string | undefined {
  if (/[^\P{Cc}\t]/u.test(line)) return "holds a control character";
  if (hideNumbers(line) !== line) return "holds what looks like a social security number or an IBAN";
  const link = foreignLink(line, ours);
  return link === undefined
    ? undefined
    : `holds a link or an address that is not of the portal or of the mutual: ${link.slice(0, 80)}`;
}

/** Under which the same notice is known again, whatever its file is called. */
export function digestOf({ kind, startsAt, endsAt, subject, text }: NoticeText): Buffer {
  const whole = JSON.stringify([kind, startsAt, endsAt, subject.fr, subject.en, text.fr, text.en]);
  return createHash("sha256").update(whole).digest();
}

/** What is worth a second thought before a notice goes out; @param now in seconds. */
export function isShort({ kind, startsAt }: Pick<NoticeText, "kind" | "startsAt">, now: number): boolean {
  return kind !== "interruption" && startsAt < now + reasonableSeconds;
}
