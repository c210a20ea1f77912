import { join } from "node:path";
import { stderr } from "node:process";
import type { Clock } from "../../lib/clock.ts";
import { parisDay } from "../../lib/dates.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { type CommandOutput, helpByLetter, readCommand } from "../../platform/command-line.ts";
import { makeDemoFeed } from "./demo-feed.ts";
import { holdsForeignFeed } from "./feed-writer.ts";
import { makeSyntheticFeed, mostSyntheticMembers } from "./synthetic-feed.ts";

const help = `Usage: espace demo [--folder FOLDER] [--seed TEXT] [--json]
       espace demo members N --payments K [--folder FOLDER] [--seed TEXT] [--json]

Writes a feed to try the portal with; load it with "espace import".
  demo                    about forty people over every situation, three years of payments up to today
  demo members N          N synthetic members with K payments of one to three lines each, to test with volume
  --folder FOLDER         where the files go (default: inbox/demo or inbox/synthetic under DATA_DIR)
  --seed TEXT             another text draws other care (default: demo); the same one gives the same files that day
  --json                  prints the result as one JSON object`;

const options = {
  ...helpByLetter,
  payments: { type: "string" },
  folder: { type: "string" },
  seed: { type: "string", default: "demo" },
} as const;

type Typed = {
  values: { payments?: string; folder?: string; seed: string };
  positionals: string[];
};
type Request = { folder: string; seed: string; size: { members: number; payments: number } | undefined };

const mostPayments = 100_000_000;

/**
 * The command `espace demo`.
 * @param argv what follows the word `demo`.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage; faults are one sentence on stderr.
 */
export async function demoCommand(
  deps: CommandOutput & { clock: Clock; dataDir: string },
  argv: string[],
): Promise<number> {
  const asked = readCommand(deps, { help, reminder: `\n${help}`, options }, argv);
  if (typeof asked === "number") return asked;
  const { say, failed, usage } = asked;
  const request = readRequest(asked, deps.dataDir);
  if (!request.ok) return usage(request.fault);
  const { folder, seed, size } = request.value;
  if (holdsForeignFeed(folder)) {
    return failed(`${folder} already holds a feed from elsewhere. Choose another folder with --folder.`);
  }
  const today = parisDay(deps.clock());
  try {
    const written = size
      ? await makeSyntheticFeed({ folder, today, seed, ...size, ...progressOnTerminal() })
      : await makeDemoFeed({ folder, today, seed });
    const report = { folder, rows: written.rows, files: written.files };
    return say(report, summary(report));
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return failed(`The feed could not be written in ${folder}: ${error.message}`);
  }
}

function readRequest({ values, positionals }: Typed, dataDir: string): Result<Request> {
  const { seed } = values;
  if (!/^[\w.-]{1,40}$/.test(seed)) return fail("--seed must be 1 to 40 letters, digits, dots or hyphens.");
  const [word, count, ...others] = positionals;
  if (word === undefined) {
    if (values.payments !== undefined) return fail("--payments goes with: demo members N.");
    return ok({ folder: values.folder ?? join(dataDir, "inbox", "demo"), seed, size: undefined });
  }
  if (word !== "members" || others.length > 0) return fail(`Unknown: demo ${positionals.join(" ")}`);
  const members = wholeNumber(count, mostSyntheticMembers);
  if (!members) return fail(`demo members asks for a number from 1 to ${mostSyntheticMembers}.`);
  const payments = wholeNumber(values.payments, mostPayments);
  if (payments === undefined) return fail(`--payments asks for a number from 0 to ${mostPayments}.`);
  const folder = values.folder ?? join(dataDir, "inbox", "synthetic");
  return ok({ folder, seed, size: { members, payments } });
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function summary({ folder, rows, files }: { folder: string; rows: number; files: { name: string; rows: number }[] }) {
  const list = files.map((file) => `  ${String(file.rows).padStart(10)}  ${file.name}\n`).join("");
  return `${list}Wrote ${rows} rows in ${folder}. Load them with: npm run espace -- import ${folder}`;
}

function progressOnTerminal(): { onProgress?: (share: number) => void } {
  if (!stderr.isTTY) return {};
  return {
    onProgress(share) {
      stderr.write(`\rWriting… ${String(Math.floor(share * 100)).padStart(3)} %${share === 1 ? "\n" : ""}`);
    },
  };
}

function isSystemError(error: unknown): error is Error {
  return error instanceof Error && "syscall" in error;
}
