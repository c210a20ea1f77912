import { answerThread, type ListedThread, listThreadsForStaff, readThread } from "./domain/thread-answers.ts";
import { answerDueOn, longestMessage, stateOf, type Thread } from "./domain/threads.ts";
import { longDay, longMoment } from "./lib/dates.ts";
import { hideNumbers } from "./lib/hidden-numbers.ts";
import { printable } from "./lib/terminal.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Deps } from "./platform/deps.ts";

type ThreadCommandDeps = Pick<Deps, "db" | "clock" | "seal" | "config"> & CommandOutput;

export const threadUsage = "thread list [--all] | show N | answer N --text TEXT [--close] [--json]";

const help = `Usage:
  espace thread list [--all]                     what members wrote, oldest first; --all: the closed ones too
  espace thread show N                           a conversation; the member sees that it was read
  espace thread answer N --text TEXT [--close]   answers; a mail tells the member that an answer waits, without it

  --close  nobody writes in this conversation any more
  --json   one JSON object on stdout
  --help   this text`;

const options = {
  all: { type: "boolean", default: false },
  text: { type: "string" },
  close: { type: "boolean", default: false },
} as const;

/** Who reads and answers by the command line, in the journal. */
const staff = "operator";

/**
 * `espace thread …` for staff: what members wrote from their account.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export function threadCommand(deps: ThreadCommandDeps, argv: string[]): number {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, failed, usage } = asked;
  const [command, number, ...more] = positionals;
  if (command === "list" && number === undefined) {
    const threads = listThreadsForStaff(deps, { closedToo: values.all });
    return say(
      { threads: threads.map(told) },
      threads.length === 0 ? "No message waits." : threads.map(lineOf).join("\n"),
    );
  }
  if (!(command === "show" || command === "answer")) {
    return usage(command ? `Unknown or incomplete command: thread ${positionals.join(" ")}` : "A command is missing");
  }
  if (number === undefined || !/^[1-9]\d{0,14}$/.test(number) || more.length > 0) return usage("N must be one number");
  const threadId = Number(number);
  if (command === "show") {
    const found = readThread(deps, threadId, staff);
    if (!found) return failed(`There is no conversation ${threadId}.`);
    const shown = fitForScreen(found);
    return say(told(shown), textOf(shown));
  }
  const text = values.text?.trim() ?? "";
  if (text === "") return usage("--text is missing: the answer, which the member will read in the account");
  if (text.length > longestMessage) return usage(`--text is too long: ${longestMessage} characters at most`);
  const answered = answerThread(deps, { threadId, staff, text, close: values.close });
  if (!answered.ok) {
    return failed(answered.fault === "unknown" ? `There is no conversation ${threadId}.` : "It is closed already.");
  }
  const mailed = answered.value.told
    ? "the mail to the member is in the queue."
    : "no mail, the member has no open account: answer by post or by phone as well.";
  const { close: closed } = values;
  return say(
    { answered: threadId, closed, told: answered.value.told },
    `Conversation ${threadId} is answered${closed ? " and closed" : ""}; ${mailed}`,
  );
}

/** With what is worked out of it: its state, and the day by which the law wants an answer. */
function told<Shown extends ListedThread | Thread>(thread: Shown) {
  return { ...thread, state: stateOf(thread), dueOn: answerDueOn(thread) ?? null };
}

function lineOf(thread: ListedThread): string {
  const { threadId, topic, lastAt, memberNumber, affiliateNumber, account } = thread;
  const who = `member ${memberNumber ?? affiliateNumber ?? "without a number"}`;
  const of = `${who}, ${account ? `account ${account}` : "no account"}`;
  return `#${threadId} ${topic}, ${longMoment(lastAt * 1000, "en")} (Paris), ${stateOf(thread)}${dueText(thread)}: ${of}`;
}

function dueText(thread: ListedThread | Thread): string {
  const dueOn = answerDueOn(thread);
  return dueOn && stateOf(thread) === "open" ? `, due by ${longDay(dueOn, "en")}` : "";
}

function textOf(thread: Thread): string {
  const { threadId, topic, subject, about, memberId, openedAt, closedAt, messages } = thread;
  return [
    `#${threadId} ${topic}, opened ${longMoment(openedAt * 1000, "en")} (Paris)${dueText(thread)}`,
    `person: ${memberId}`,
    `subject: ${subject}`,
    ...(about === null ? [] : [`about: ${about}`]),
    ...messages.flatMap(({ author, sentAt, text }) => ["", `${author}, ${longMoment(sentAt * 1000, "en")}:`, text]),
    ...(closedAt === null ? [] : ["", `closed ${longMoment(closedAt * 1000, "en")} (Paris)`]),
  ].join("\n");
}

/** What a member typed must neither drive the terminal nor show numbers that are secret. */
function fitForScreen({ subject, about, messages, ...thread }: Thread): Thread {
  const shown = (text: string) => hideNumbers(printable(text));
  return {
    ...thread,
    subject: shown(subject),
    about: about && printable(about),
    messages: messages.map((message) => ({ ...message, text: shown(message.text) })),
  };
}
