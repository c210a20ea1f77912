import { readFileSync, statSync } from "node:fs";
import { stderr } from "node:process";
import { sendNotice } from "./domain/notice-sending.ts";
import { isShort, readNotice } from "./domain/notices.ts";
import { type Clock, seconds } from "./lib/clock.ts";
import { longMoment } from "./lib/dates.ts";
import { fail, ok, type Result } from "./lib/result.ts";
import type { Base } from "./platform/base.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Config } from "./platform/config.ts";

type NoticeCommandDeps = Base & CommandOutput & { clock: Clock; config: Config };

export const noticeUsage = "notice send FILE [--json]";

const help = `Usage: espace ${noticeUsage}

Announces a planned change, an interruption or the end of the service: to every account by mail, with a proof for each,
and as a banner on its pages until it ends. Cut short, it goes on when the same command is given again; nobody gets a
second mail.

  FILE     UTF-8 text:
             kind: change|interruption|end
             starts: 2026-12-05 22:00          Paris time
             ends: 2026-12-06 06:00
             subject-fr: …
             subject-en: …
                                               an empty line
             the French text
             --- en ---
             the English text
  --json   print the result as one JSON object
  --help   this text`;

/** A notice is some paragraphs: what is longer is another file. */
const longestBytes = 64 * 1024;

/**
 * `espace notice …` for the operator.
 * @returns the exit code: 0 done, 1 refused with a line for each fault, 2 wrong usage.
 */
export async function noticeCommand(deps: NoticeCommandDeps, argv: string[]): Promise<number> {
  const asked = readCommand(deps, { help, options: {} }, argv);
  if (typeof asked === "number") return asked;
  const { positionals, say, complain, failed, usage } = asked;
  const [command, file, ...rest] = positionals;
  if (command !== "send") return usage(command ? `There is no command notice ${command}.` : "A command is missing.");
  if (file === undefined || rest.length > 0) return usage("Name one FILE.");
  const text = readText(file);
  if (!text.ok) return failed(text.fault);
  const now = seconds(deps.clock);
  const notice = readNotice(text.value, { now, ...deps.config });
  if (!notice.ok) {
    return failed(
      notice.faults.map(({ line, fault }) => `${file}${line > 0 ? `, line ${line}` : ""}: ${fault}`).join("\n"),
    );
  }
  const warning = isShort(notice.value, now)
    ? `It begins in less than 30 days, on ${longMoment(notice.value.startsAt * 1000, "en")}: the charter (article 8) asks to tell users within a reasonable time.`
    : undefined;
  if (warning) complain(warning);
  const onProgress = stderr.isTTY
    ? ({ told, total }: { told: number; total: number }) => stderr.write(`\r\x1b[K${told} of ${total} accounts told`)
    : undefined;
  const { noticeId, toldNow, told, total } = await sendNotice(deps, notice.value, {
    sentBy: "operator",
    ...(onProgress && { onProgress }),
  });
  if (onProgress) stderr.write("\r\x1b[K");
  return say(
    { notice: noticeId, toldNow, told, total, warnings: warning ? [warning] : [] },
    `Notice ${noticeId}: ${toldNow} accounts told now, ${told} in all; their mails are in the queue, and the banner is on their pages.`,
  );
}

/** The text of a file, or in one line why it is none. */
function readText(file: string): Result<string> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return fail(`${file}: there is no such file.`);
  if (!found.isFile()) return fail(`${file} is not a file.`);
  if (found.size > longestBytes) return fail(`${file} is longer than a notice: 64 KB at most.`);
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file)));
  } catch (error) {
    return fail(error instanceof TypeError ? `${file} is not UTF-8 text.` : `${file} cannot be read.`);
  }
}
