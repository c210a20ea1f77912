import { type Clock, seconds } from "../lib/clock.ts";
import { parisMoment } from "../lib/dates.ts";
import { isLanguage } from "../lib/languages.ts";
import { type CommandOutput, readCommand } from "../platform/command-line.ts";
import type { Config } from "../platform/config.ts";
import { type Db, write } from "../platform/database.ts";
import type { Mailer, OutgoingMail } from "../platform/mailer.ts";
import { isMailAddress } from "../platform/mailer-message.ts";
import { letterIn } from "./letter.ts";
import { newMessageId } from "./outbox.ts";
import { stoppedAnswer } from "./stopped-mails.ts";

type MailCommandDeps = CommandOutput & {
  db: Db;
  clock: Clock;
  config: Pick<Config, "organisation" | "origin">;
  /** Made when it is needed; the command closes it. */
  createMailer: () => Mailer;
};

const help = `Usage:
  espace mail test ADDRESS [--language fr|en]   send a test mail now and print the server's answer
  espace mail queue                             what waits, what was sent, and what was given up, with the reason
  espace mail retry [--all]                     queue again the mails given up; --all: do not wait for the others either

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
    const queued = retry(deps, values.all);
    return say({ queued }, queued === 1 ? "1 mail queued again" : `${queued} mails queued again`);
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
type QueueState = { queued: number; sent: number; dead: number; oldestDue: string | null; deadMails: DeadMail[] };

function queueState({ db }: MailCommandDeps): QueueState {
  const counts = new Map(
    db.$client.prepare<[], [string, number]>("SELECT state, count(*) FROM mails GROUP BY state").raw().all(),
  );
  const oldest = db.$client
    .prepare<[], number | null>("SELECT min(due_at) FROM mails WHERE state = 'queued'")
    .pluck()
    .get();
  const dead = db.$client
    .prepare<[number], Omit<DeadMail, "at"> & { at: number }>(
      `SELECT mail_id AS mailId, kind, recipient AS "to", attempts AS tries, settled_at AS at, coalesce(answer, '') AS answer
       FROM mails WHERE state = 'dead' ORDER BY settled_at DESC, mail_id DESC LIMIT ?`,
    )
    .all(shownDead);
  return {
    queued: counts.get("queued") ?? 0,
    sent: counts.get("sent") ?? 0,
    dead: counts.get("dead") ?? 0,
    oldestDue: typeof oldest === "number" ? parisTime(oldest) : null,
    // Servers repeat the address in their answer.
    deadMails: dead.map((mail) => ({
      ...mail,
      to: masked(mail.to),
      at: parisTime(mail.at),
      answer: maskedIn(mail.answer),
    })),
  };
}

function queueText({ queued, sent, dead, oldestDue, deadMails }: QueueState): string {
  const lines = [
    `queued ${queued}${oldestDue ? `, the first due ${oldestDue} (Paris)` : ""}`,
    `sent ${sent}`,
    `dead ${dead}`,
  ];
  for (const { mailId, kind, to, tries, at, answer } of deadMails) {
    lines.push(
      `  #${mailId} ${kind} to ${to}, given up ${at} after ${tries} ${tries === 1 ? "try" : "tries"}: ${answer}`,
    );
  }
  if (dead > deadMails.length) lines.push(`  and ${dead - deadMails.length} older ones`);
  return lines.join("\n");
}

/** @returns how many mails are due again now. */
function retry({ db, clock }: MailCommandDeps, all: boolean): number {
  const now = seconds(clock);
  return write(db, () => {
    const dead = db.$client
      .prepare(
        `UPDATE mails SET state = 'queued', attempts = 0, due_at = ?, leased_until = 0, settled_at = NULL
         WHERE state = 'dead' AND answer IS NOT ?`,
      )
      .run(now, stoppedAnswer).changes;
    if (!all) return dead;
    return (
      dead +
      db.$client.prepare("UPDATE mails SET due_at = ? WHERE state = 'queued' AND due_at > ?").run(now, now).changes
    );
  });
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
