import { chmodSync, existsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { cwd } from "node:process";
import {
  type EvidenceFault,
  isWhole,
  type NotedHead,
  recordReading,
  type Verification,
  verifyEvidence,
} from "./domain/evidence.ts";
import { evidenceDocument } from "./domain/evidence-document.ts";
import { type EvidenceRecord, evidenceRecord } from "./domain/evidence-record.ts";
import type { MailFault } from "./domain/mail-proof.ts";
import { findMemberByNumber } from "./domain/staff-acts.ts";
import { utcMoment } from "./lib/dates.ts";
import { isLanguage, type Language } from "./lib/languages.ts";
import { compactIdentifier } from "./lib/nir.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import { makeFolder } from "./platform/config.ts";
import type { Deps } from "./platform/deps.ts";
import { renderHtml } from "./platform/html-document.ts";
import { renderPdf } from "./platform/pdf.ts";
import { newId } from "./platform/tokens.ts";

type EvidenceCommandDeps = Pick<Deps, "db" | "clock" | "seal" | "config"> & CommandOutput;

export const evidenceUsage = "evidence verify [--noted ROW:HASH] | export MEMBER_NUMBER [--folder F] [--json]";

const help = `Usage:
  espace evidence verify                 follows the journal to its sealed end, and compares with it the mails and the
                                         versions of the charter that are kept; exit 1 when something is at fault
         [--noted ROW:HASH]              the end that was noted at an earlier time must still be there
  espace evidence export MEMBER_NUMBER   writes the record of a person into a new folder of DATA_DIR/exports:
                                         record.json, record.pdf to print, and record.html, the same document in a
                                         form that assistive technologies read; the journal keeps that it was done,
                                         the person sees it
         [--folder F]                    into this folder instead
         [--language fr|en]              the language of the PDF and the HTML, French when absent

  --json   one JSON object on stdout
  --help   this text

Note the end that verify prints somewhere else, and compare it with --noted: an old copy of the whole base put in its
place is found by that alone.`;

const options = { noted: { type: "string" }, folder: { type: "string" }, language: { type: "string" } } as const;

const shownOfHash = 16;
const recordFiles = ["record.json", "record.pdf", "record.html"];

/**
 * `espace evidence …` for the operator; the server may go on meanwhile.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export async function evidenceCommand(deps: EvidenceCommandDeps, argv: string[]): Promise<number> {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, json, say, complain, failed, usage } = asked;
  const [command, typed, ...more] = positionals;
  if (command === "verify" && typed === undefined && !values.folder && !values.language) {
    const noted = values.noted === undefined ? undefined : readNoted(values.noted);
    if (values.noted !== undefined && !noted) return usage("--noted must be a row and its hash, as verify prints them");
    const found = verifyEvidence(deps, noted);
    const ok = isWhole(found);
    if (ok || json) say({ ok, ...found }, wholeText(found));
    return ok ? 0 : failed(brokenText(found));
  }
  if (command === "export" && !values.noted) {
    const number = compactIdentifier(typed ?? "");
    if (number === "" || more.length > 0) return usage("MEMBER_NUMBER must be given, and be one");
    const { language = "fr" } = values;
    if (!isLanguage(language)) return usage("--language must be fr or en");
    const exported = await exportRecord(deps, { number, language, folder: values.folder });
    if (!exported.ok) return failed(exported.fault);
    const { folder, record } = exported;
    const { verification, facts, mails } = record;
    const ok = isWhole(verification);
    const what = `${facts.length} rows of the journal and ${mails.length} mails`;
    say(
      { folder, files: recordFiles, rows: facts.length, mails: mails.length, ok },
      `${what} are written to ${folder}: ${recordFiles.join(", ")} (the same as the PDF, accessible).`,
    );
    if (!ok) complain(`The record says so too: ${brokenText(verification)}`);
    return 0;
  }
  return usage(command ? `Unknown or incomplete command: evidence ${positionals.join(" ")}` : "A command is missing");
}

function readNoted(text: string): NotedHead | undefined {
  const [, row, hash] = /^([1-9]\d{0,14}):([0-9a-f]{16,64})$/i.exec(text) ?? [];
  return row && hash ? { sequence: Number(row), hash: hash.toLowerCase() } : undefined;
}

function wholeText({ rows, head, sealedAt, purged }: Verification): string {
  if (!head) return "The journal is empty, and so is the base: nobody has an account, no mail is kept.";
  const end = `${head.sequence}:${head.hash.slice(0, shownOfHash)}`;
  return [
    `The journal holds: ${rows} rows, each following the one before, and its end is ${end}.`,
    ...(purged > 0 ? [`${purged} of them were emptied by the purge, as it told.`] : []),
    ...(sealedAt ? [`Sealed since row ${sealedAt}: until then, rows could have been cut off its end unseen.`] : []),
  ].join(" ");
}

const faults: Record<EvidenceFault, string> = {
  added: "it was added without the secret key",
  adopted: "it is not under the seal that this base was given at the beginning, or that seal is missing",
  altered: "it, or its place, was altered",
  cut: "it is missing, rows were cut off the end",
  end: "it is not the end that was sealed, the row or the seal was altered",
  head: "it is the last one, and the seal of the end is missing",
  missing: "a row before it is missing",
  noted: "it is not the one that was noted",
  purge: "it tells of a purge that is not the one that was done",
  purged: "it was emptied without right",
  resealed: "it tells that the end before it had been altered or cut off",
};

const shownMails = 10;

function brokenText({ brokenAt, fault, charters, mails }: Verification): string {
  if (brokenAt !== undefined) return `The journal is broken at row ${brokenAt}: ${faults[fault!]}.`;
  const more = mails.length - shownMails;
  return [
    ...charters.map((number) => `Version ${number} of the charter is not the one the journal tells of.`),
    ...mails.slice(0, shownMails).map(mailText),
    ...(more > 0 ? [`And ${more} more mails; --json tells a hundred.`] : []),
  ].join("\n");
}

function mailText({ fault, messageId, row, differences }: MailFault): string {
  const which = `The mail ${messageId}`;
  if (fault === "untold") return `${which} was sent or given up, and the journal does not tell of it.`;
  if (fault === "missing") return `${which}, which row ${row} tells of, is missing.`;
  return `${which} is not as row ${row} tells: ${differences.join(", ")}.`;
}

type Export = { number: string; language: Language; folder: string | undefined };
type Exported = { ok: true; folder: string; record: EvidenceRecord } | { ok: false; fault: string };

/** The reading is written down before anything is read: whatever happens then, the person sees it. */
async function exportRecord(deps: EvidenceCommandDeps, { number, language, folder }: Export): Promise<Exported> {
  const person = findMemberByNumber(deps, number);
  if (!person) return { ok: false, fault: "No member or affiliate has this number." };
  const place = folder === undefined ? newFolder(deps) : resolve(cwd(), folder);
  if (recordFiles.some((name) => existsSync(join(place, name)))) {
    return { ok: false, fault: `${place} holds a record already. Choose another folder.` };
  }
  try {
    makeFolder(place);
  } catch {
    return { ok: false, fault: `The folder ${place} cannot be made. Choose another one.` };
  }
  recordReading(deps, { memberId: person.memberId, staff: "operator", what: "journal" });
  const record = evidenceRecord(deps, person.memberId);
  const id = `${record.person.memberId} ${record.madeAt.seconds}`;
  const document = evidenceDocument(record, language);
  const pdf = await renderPdf(document, { now: record.madeAt.seconds * 1000, id });
  try {
    writePrivately(join(place, "record.json"), `${JSON.stringify(record, null, 1)}\n`);
    writePrivately(join(place, "record.pdf"), pdf);
    writePrivately(join(place, "record.html"), renderHtml(document));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return { ok: false, fault: `The record could not be written to ${place} (${code ?? "unknown fault"}).` };
  }
  return { ok: true, folder: place, record };
}

/** Named by the time and by chance: a name must not tell whose it is. */
function newFolder({ clock, config }: EvidenceCommandDeps): string {
  const time = utcMoment(clock()).replaceAll(":", "-");
  return join(config.dataDir, "exports", `${time}_${newId()}`);
}

function writePrivately(path: string, content: string | Uint8Array): void {
  writeFileSync(path, content, { mode: 0o600, flag: "wx" });
  // Whatever the mask of the process.
  chmodSync(path, 0o600);
}
