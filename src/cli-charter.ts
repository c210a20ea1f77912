import { readFileSync, statSync } from "node:fs";
import { stderr } from "node:process";
import { lastCharter } from "./domain/charter.ts";
import { publishCharter } from "./domain/charter-publishing.ts";
import type { Clock } from "./lib/clock.ts";
import { isDay, parisDay } from "./lib/dates.ts";
import { fail, ok, type Result } from "./lib/result.ts";
import type { Base } from "./platform/base.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Config } from "./platform/config.ts";

type CharterCommandDeps = Base & CommandOutput & { clock: Clock; config: Config };

const help = `Usage: espace charter publish FILE --version N --effective DATE [--json]

Publishes a version of the charter for ever, and announces it to every account by mail and on its pages.
Cut short, it goes on when the same command is given again; nobody gets a second mail.

  FILE               UTF-8 text with the marks of db/charter/4.fr.md: "# " title, "## " heading, "- " item
  --version N        its number, above that of the last version
  --effective DATE   the day it takes effect in Paris, YYYY-MM-DD, today or later
  --json             print the result as one JSON object
  --help             this text`;

const options = { version: { type: "string" }, effective: { type: "string" } } as const;

/** A charter is some pages: what is longer is another file. */
const longestBytes = 1024 * 1024;

/**
 * `espace charter …` for the operator.
 * @returns the exit code: 0 done, 1 refused in one line, 2 wrong usage.
 */
export async function charterCommand(deps: CharterCommandDeps, argv: string[]): Promise<number> {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, failed, usage } = asked;
  const [command, file, ...rest] = positionals;
  if (command !== "publish")
    return usage(command ? `There is no command charter ${command}.` : "A command is missing.");
  if (file === undefined || rest.length > 0) return usage("Name one FILE.");
  const { version, effective } = values;
  if (version === undefined || effective === undefined) return usage("--version and --effective are both needed.");

  if (!/^[1-9]\d{0,5}$/.test(version)) return failed(`--version ${version}: a whole number, such as 5, is needed.`);
  if (!isDay(effective)) return failed(`--effective ${effective}: a day such as 2027-01-31 is needed.`);
  const text = readText(file);
  if (!text.ok) return failed(text.fault);
  const number = Number(version);
  const progress = stderr.isTTY ? (told: number) => stderr.write(`\r\x1b[K${told} accounts told`) : undefined;
  const published = await publishCharter(deps, { number, effectiveOn: effective, text: text.value }, progress);
  if (progress) stderr.write("\r\x1b[K");
  if (!published.ok) {
    switch (published.fault) {
      case "notAbove":
        return failed(
          `--version ${number}: the last version is ${lastCharter(deps.db)?.number}, a higher one is needed.`,
        );
      case "past":
        return failed(`--effective ${effective} is past: today is ${parisDay(deps.clock())} in Paris.`);
      case "otherText":
        return failed(`Version ${number} is published already, with another text: a version never changes.`);
      case "otherDay":
        return failed(`Version ${number} is published already, for another day: a version never changes.`);
    }
  }
  const { told, sha256 } = published.value;
  return say(
    { version: number, effective, sha256, notified: told },
    `Version ${number} is published (SHA-256 ${sha256}): ${told} accounts told, their mails are in the queue.`,
  );
}

/** The text of a file, or in one line why it is none. */
function readText(file: string): Result<string> {
  const found = statSync(file, { throwIfNoEntry: false });
  if (!found) return fail(`${file}: there is no such file.`);
  if (!found.isFile()) return fail(`${file} is not a file.`);
  if (found.size > longestBytes) return fail(`${file} is longer than a charter: 1 MB at most.`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(file));
    if (text.includes("\0")) return fail(`${file} is not a text.`);
    return text.trim() === "" ? fail(`${file} is empty.`) : ok(text);
  } catch (error) {
    if (error instanceof TypeError) return fail(`${file} is not UTF-8 text.`);
    return fail(`${file} cannot be read.`);
  }
}
