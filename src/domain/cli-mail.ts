import { type Clock, seconds } from "../lib/clock.ts";
import { parisMoment } from "../lib/dates.ts";
import { isLanguage } from "../lib/languages.ts";
import { type CommandOutput, readCommand } from "../platform/command-line.ts";
import type { Config } from "../platform/config.ts";
import { type Db, write } from "../platform/database.ts";
import type { Mailer, OutgoingMail } from "../platform/mailer.ts";
import { isMailAddress } from "../platform/mailer-message.ts";
import type { Seal } from "../platform/seal.ts";
import { type FolderRead, readBounceFolder } from "./bounce-folder.ts";
import { retryAll, type SendingTable } from "./given-up.ts";
import { letterIn } from "./letter.ts";
import { newMessageId } from "./outbox.ts";

type MailCommandDeps = CommandOutput & {
  db: Db;
  clock: Clock;
  seal: Seal;
  config: Pick<Config, "organisation" | "origin" | "dataDir">;
  /** Made when it is needed; the command closes it. */
  createMailer: () => Mailer;
};

const help = `Usage:
  espace mail test ADDRESS [--language fr|en]   send a test mail now and print the server's answer
  espace mail queue                             what waits, what was sent, and what was given up, with the reason
  espace mail bounces                           read the mails that came back, from DATA_DIR/inbox/bounces/*.eml
  espace mail retry [--all]                     queue again the mails and text messages given up; --all: do not wait
                                                for the others either

  --json   one JSON object on stdout
  --help   this text`;

const options = { all: { type: "boolean", default: false }, language: { type: "string", default: "fr" } } as const;

const shownDead = 50;

/**
 * `espace mail …` for the operator.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export async function mailCommand(deps: MailCommandDeps, argv: string[]): Promise<number> {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, json, say, failed, usage } = asked;
  const [command, ...rest] = positionals;
  if (command === "queue" && rest.length === 0) {
    const state = queueState(deps);
    return say(state, queueText(state));
  }
  if (command === "retry" && rest.length === 0) {
    const queued = await retry(deps, "mails", values.all);
    const texts = await retry(deps, "texts", values.all);
    return say({ queued, texts }, `queued again: ${counted(queued, "mail")}, ${counted(texts, "text message")}`);
  }
  if (command === "bounces" && rest.length === 0) {
    const found = await readBounceFolder({ ...deps, dataDir: deps.config.dataDir });
    return say(found, bouncesText(found));
  }
  if (command === "test" && rest.length === 1) {
    const [address] = rest as [string];
    if (!isMailAddress(address)) return usage("ADDRESS must be one e-mail address");
    if (!isLanguage(values.language)) return usage("--language must be fr or en");
    const mailer = deps.createMailer();
    try {
      const { outcome, answer } = await mailer.send(testMail(deps, address, values.language));
      const isSent = outcome === "sent";
      if (isSent || json)
        say({ outcome, answer, via: mailer.description }, `Sent through ${mailer.description}: ${answer}`);
      return isSent ? 0 : failed(`The mail was not accepted by ${mailer.description}: ${answer}`);
    } finally {
      await mailer.close();
    }
  }
  return usage(command ? `Unknown or incomplete command: mail ${positionals.join(" ")}` : "A command is missing");
}

function bouncesText({ kept, known, unknown, unread }: FolderRead): string {
  return [
    `${kept} kept, ${known} known before, ${unknown} of no mail of ours`,
    ...(unread > 0 ? [`${unread} put aside in inbox/bounces/unread: no report of non-delivery`] : []),
  ].join("\n");
}

function testMail({ clock, config }: MailCommandDeps, to: string, language: "fr" | "en"): OutgoingMail {
  const { t, compose } = letterIn(config, language);
  const body = compose({
    subject: t("mail:test.subject", { serviceName: config.organisation.serviceName }),
    paragraphs: [t("mail:test.text")],
    stop: "service",
  });
  return { messageId: newMessageId(clock), to, language, ...body };
}

type DeadMail = { mailId: number; kind: string; to: string; tries: number; at: string; answer: string };
type Counts = { queued: number; sent: number; dead: number; oldestDue: string | null };
type QueueState = Counts & { deadMails: DeadMail[]; texts: Counts };

function queueState({ db }: MailCommandDeps): QueueState {
  const dead = db.$client
    .prepare<[number], Omit<DeadMail, "at"> & { at: number }>(
      `SELECT mail_id AS mailId, kind, recipient AS "to", attempts AS tries, settled_at AS at, coalesce(answer, '') AS answer
       FROM mails WHERE state = 'dead' ORDER BY settled_at DESC, mail_id DESC LIMIT ?`,
    )
    .all(shownDead);
  return {
    ...countsOf(db, "mails"),
    texts: countsOf(db, "texts"),
    // Servers repeat the address in their answer.
    deadMails: dead.map((mail) => ({
      ...mail,
      to: masked(mail.to),
      at: parisTime(mail.at),
      answer: maskedIn(mail.answer),
    })),
  };
}

function countsOf({ $client }: Db, table: SendingTable): Counts {
  const counts = new Map(
    $client.prepare<[], [string, number]>(`SELECT state, count(*) FROM ${table} GROUP BY state`).raw().all(),
  );
  const oldest = $client
    .prepare<[], number | null>(`SELECT min(due_at) FROM ${table} WHERE state = 'queued'`)
    .pluck()
    .get();
  return {
    queued: counts.get("queued") ?? 0,
    sent: counts.get("sent") ?? 0,
    dead: counts.get("dead") ?? 0,
    oldestDue: typeof oldest === "number" ? parisTime(oldest) : null,
  };
}

const countLines = ({ queued, sent, dead, oldestDue }: Counts) => [
  `queued ${queued}${oldestDue ? `, the first due ${oldestDue} (Paris)` : ""}`,
  `sent ${sent}`,
  `dead ${dead}`,
];

function queueText(state: QueueState): string {
  const { dead, deadMails, texts } = state;
  const lines = countLines(state);
  for (const { mailId, kind, to, tries, at, answer } of deadMails) {
    lines.push(
      `  #${mailId} ${kind} to ${to}, given up ${at} after ${tries} ${tries === 1 ? "try" : "tries"}: ${answer}`,
    );
  }
  if (dead > deadMails.length) lines.push(`  and ${dead - deadMails.length} older ones`);
  return [...lines, "text messages", ...countLines(texts).map((line) => `  ${line}`)].join("\n");
}

const counted = (count: number, name: string) => `${count} ${name}${count === 1 ? "" : "s"}`;

/** @returns how many are due again now. */
async function retry(deps: MailCommandDeps, table: SendingTable, all: boolean): Promise<number> {
  const { db, clock } = deps;
  const dead = await retryAll(deps, table, { actor: "operator" });
  if (!all) return dead;
  const hurry = db.$client.prepare(`UPDATE ${table} SET due_at = ? WHERE state = 'queued' AND due_at > ?`);
  return dead + write(db, () => hurry.run(seconds(clock), seconds(clock)).changes);
}

function parisTime(moment: number): string {
  const { day, time } = parisMoment(moment * 1000);
  return `${day} ${time}`;
}

/** `a***@demo.example`. */
function masked(address: string): string {
  const at = address.lastIndexOf("@");
  return at < 1 ? "***" : `${address[0]}***${address.slice(at)}`;
}

function maskedIn(answer: string): string {
  return answer.replace(/[^\s<>@:;,]{1,64}@[^\s<>@:;,]+/g, masked);
}
