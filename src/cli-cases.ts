import { closeCase, listCases, readCase } from "./domain/cases.ts";
import { recordReading } from "./domain/evidence.ts";
import { longMoment } from "./lib/dates.ts";
import { hideNumbers } from "./lib/hidden-numbers.ts";
import { printable } from "./lib/terminal.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Deps } from "./platform/deps.ts";

type CaseCommandDeps = Pick<Deps, "db" | "clock" | "seal" | "config"> & CommandOutput;

export const caseUsage = "case list [--all] | show N | close N --result TEXT [--json]";

const help = `Usage:
  espace case list [--all]           the open cases, oldest first; --all: the closed ones too
  espace case show N                 what was reported; of a phishing case, what to audit; the
                                     member sees that the case was read
  espace case close N --result TEXT  closes the case and mails TEXT to the member

  --json   one JSON object on stdout
  --help   this text`;

const options = { all: { type: "boolean", default: false }, result: { type: "string" } } as const;

const longestResult = 2_000;

/**
 * `espace case …` for staff: lost credentials, phishing, and what else somebody must look into.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export function caseCommand(deps: CaseCommandDeps, argv: string[]): number {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, failed, usage } = asked;
  const [command, number, ...more] = positionals;
  if (command === "list" && number === undefined) {
    const cases = listCases(deps, { closedToo: values.all });
    return say({ cases }, cases.length === 0 ? "No case is open." : cases.map(lineOf).join("\n"));
  }
  if (!(command === "show" || command === "close")) {
    return usage(command ? `Unknown or incomplete command: case ${positionals.join(" ")}` : "A command is missing");
  }
  if (number === undefined || !/^[1-9]\d{0,14}$/.test(number) || more.length > 0) return usage("N must be one number");
  const caseId = Number(number);
  if (command === "show") {
    const found = readCase(deps, caseId);
    if (!found) return failed(`There is no case ${caseId}.`);
    if (found.memberId) recordReading(deps, { memberId: found.memberId, staff: "operator", what: "case" });
    const shown = fitForScreen(found) as typeof found;
    return say(shown, textOf(shown));
  }
  const result = values.result?.trim() ?? "";
  if (result === "") return usage("--result is missing: what was found, which the member will read");
  if (result.length > longestResult) return usage(`--result is too long: ${longestResult} characters at most`);
  if (hideNumbers(result) !== result)
    return failed("The result goes by mail: it must hold no social security number and no IBAN.");
  const closed = closeCase(deps, caseId, result);
  if (!closed.ok) return failed(closed.fault === "unknown" ? `There is no case ${caseId}.` : "It is closed already.");
  const { told } = closed.value;
  return say(
    { closed: caseId, told },
    told
      ? `Case ${caseId} is closed; the mail to the member is in the queue.`
      : `Case ${caseId} is closed. No mail: it is about no member with an e-mail, or one who has deleted the account since.`,
  );
}

function lineOf(row: ReturnType<typeof listCases>[number]): string {
  const { caseId, kind, openedAt, closedAt, memberNumber, affiliateNumber, account } = row;
  const who = memberNumber ?? affiliateNumber;
  const state = closedAt === null ? "open" : `closed ${longMoment(closedAt * 1000, "en")}`;
  const about = who ? `member ${who}, ${account ? `account ${account}` : "no account"}` : "nobody known";
  return `#${caseId} ${kind}, ${longMoment(openedAt * 1000, "en")} (Paris), ${state}: ${about}`;
}

type Case = NonNullable<ReturnType<typeof readCase>>;

function textOf({ caseId, kind, memberId, openedAt, closedAt, content, result }: Case): string {
  const lines = [
    `#${caseId} ${kind}, opened ${longMoment(openedAt * 1000, "en")} (Paris)`,
    `person: ${memberId ?? "nobody known"}`,
    ...Object.entries(content).map(([name, value]) => `${name}: ${wordsOf(value)}`),
  ];
  if (closedAt !== null) lines.push(`closed ${longMoment(closedAt * 1000, "en")} (Paris)`, `result: ${result}`);
  return lines.join("\n");
}

function wordsOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value, null, 2);
}

/** Every text of a value: what strangers typed must neither drive the terminal nor show numbers that are secret. */
function fitForScreen(value: unknown): unknown {
  if (typeof value === "string") return hideNumbers(printable(value));
  if (Array.isArray(value)) return value.map(fitForScreen);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, fitForScreen(part)]));
}
