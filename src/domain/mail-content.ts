import { createHash } from "node:crypto";
import { perBase } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { extraHeaders, headerText } from "../platform/mailer-message.ts";
import type { MailBody, MailContent } from "./mail-layout.ts";
import { fillTemplate, type MailTemplate, type TemplateParts, templateHash } from "./mail-template.ts";

type ContentDeps = Pick<Deps, "db" | "seal">;

/** What a mail is queued with: itself, or a template and its words, which take a tenth of the place. */
export type WrittenMail = { body: MailBody; headers?: Record<string, string> | undefined } | MailFromTemplate;
export type MailFromTemplate = { template: KeptTemplate; words: string[] };

/** One that is in the base. */
export type KeptTemplate = Pick<MailTemplate, "sha256"> & { isKept: true };

/** A template is bound to its mails by its hash: whoever can only write the base cannot change what they say. */
type Sealed = MailContent | { template: string; words: string[] };

/** Under which the content of a mail is sealed. */
export const mailContentPlace = "mails.content";

/** Keeps a template, for good: to be committed, at the latest, with the first mail made from it. */
export function keepTemplate({ db }: Pick<Deps, "db">, { sha256, json }: MailTemplate): KeptTemplate {
  statements(db).keep.run(Buffer.from(sha256, "hex"), json);
  return { sha256, isKept: true };
}

/**
 * Seals what a mail says.
 * @throws for a header that is not one.
 */
export function sealMailContent({ seal }: Pick<Deps, "seal">, mail: WrittenMail): Buffer {
  if (!("template" in mail)) {
    const { body, headers } = mail;
    return sealed(seal, { ...body, subject: headerText(body.subject), headers: extraHeaders(headers) });
  }
  const { template, words } = mail;
  return sealed(seal, { template: template.sha256, words });
}

function sealed(seal: ContentDeps["seal"], content: Sealed): Buffer {
  return seal.seal(mailContentPlace, JSON.stringify(content));
}

/**
 * The content of a mail as it was queued.
 * @throws when it, or its template, was altered, and when the key that sealed it is no longer given.
 */
export function openMailContent({ db, seal }: ContentDeps, contentSealed: Buffer): MailContent {
  const content = JSON.parse(seal.open(mailContentPlace, contentSealed)) as Sealed;
  if (!("template" in content)) return content;
  const { subject, headers, ...parts } = fillTemplate(readTemplate({ db }, content.template), content.words);
  return { subject: headerText(subject), ...parts, headers: extraHeaders(headers) };
}

/** SHA-256 of the content as JSON, in hexadecimal. */
export function hashMailContent(content: MailContent): string {
  return createHash("sha256").update(JSON.stringify(content)).digest("hex");
}

/** The hash of what is kept sealed; empty for one that cannot be opened. */
export function contentHash(deps: ContentDeps, contentSealed: Buffer): string {
  try {
    return hashMailContent(openMailContent(deps, contentSealed));
  } catch {
    return "";
  }
}

function readTemplate({ db }: Pick<Deps, "db">, sha256: string): TemplateParts {
  const { read, known } = statements(db);
  let parts = known.get(sha256);
  if (!parts) {
    const json = read.get(Buffer.from(sha256, "hex"));
    if (json === undefined || templateHash(json) !== sha256) throw new Error("the template of a mail was altered");
    parts = JSON.parse(json) as TemplateParts;
    known.set(sha256, parts);
  }
  return parts;
}

const statements = perBase(({ $client }) => ({
  keep: $client.prepare<[Buffer, string]>(
    "INSERT INTO mail_templates (sha256, content) VALUES (?, ?) ON CONFLICT DO NOTHING",
  ),
  read: $client.prepare<[Buffer], string>("SELECT content FROM mail_templates WHERE sha256 = ?").pluck(),
  /** A few for each release. */
  known: new Map<string, TemplateParts>(),
}));
