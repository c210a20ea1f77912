import { join } from "node:path";
import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import type { Clock } from "../../lib/clock.ts";
import { parisDay } from "../../lib/dates.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { makeDemoFeed } from "./demo-feed.ts";
import { holdsForeignFeed } from "./feed-writer.ts";
import { makeSyntheticFeed, mostSyntheticMembers } from "./synthetic-feed.ts";

const usage = `Usage: espace demo [--folder FOLDER] [--seed TEXT] [--json]
       espace demo members N --payments K [--folder FOLDER] [--seed TEXT] [--json]

Writes a feed to try the portal with; load it with "espace import".
  demo                    about forty people over every situation, three years of payments up to today
  demo members N          N synthetic members with K payments of one to three lines each, to test with volume
  --folder FOLDER         where the files go (default: inbox/demo or inbox/synthetic under DATA_DIR)
  --seed TEXT             another text draws other care (default: demo); the same one gives the same files that day
  --json                  prints the result as one JSON object
`;

type Request = { folder: string; seed: string; json: boolean; size: { members: number; payments: number } | undefined };

const mostPayments = 100_000_000;

/**
 * The command `espace demo`.
 * @param argv what follows the word `demo`.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage; faults are one sentence on stderr.
 */
export async function demoCommand(deps: { clock: Clock; dataDir: string }, argv: string[]): Promise<number> {
  const request = readRequest(argv, deps.dataDir);
  if (!request.ok) {
    stderr.write(`${request.fault}\n\n${usage}`);
    return 2;
  }
  if (request.value === "help") {
    stdout.write(usage);
    return 0;
  }
  const { folder, seed, json, size } = request.value;
  if (holdsForeignFeed(folder)) {
    stderr.write(`${folder} already holds a feed from elsewhere. Choose another folder with --folder.\n`);
    return 1;
  }
  const today = parisDay(deps.clock());
  try {
    const written = size
      ? await makeSyntheticFeed({ folder, today, seed, ...size, ...progressOnTerminal() })
      : await makeDemoFeed({ folder, today, seed });
    const report = { folder, rows: written.rows, files: written.files };
    stdout.write(json ? `${JSON.stringify(report)}\n` : summary(report));
    return 0;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    stderr.write(`The feed could not be written in ${folder}: ${error.message}\n`);
    return 1;
  }
}

function readRequest(argv: string[], dataDir: string): Result<Request | "help"> {
  let parsed: ReturnType<typeof parse>;
  try {
    parsed = parse(argv);
  } catch (error) {
    return fail((error as Error).message);
  }
  const { values, positionals } = parsed;
  if (values.help) return ok("help");
  const { seed, json } = values;
  if (!/^[\w.-]{1,40}$/.test(seed)) return fail("--seed must be 1 to 40 letters, digits, dots or hyphens.");
  const [word, count, ...others] = positionals;
  if (word === undefined) {
    if (values.payments !== undefined) return fail("--payments goes with: demo members N.");
    return ok({ folder: values.folder ?? join(dataDir, "inbox", "demo"), seed, json, size: undefined });
  }
  if (word !== "members" || others.length > 0) return fail(`Unknown: demo ${positionals.join(" ")}`);
  const members = wholeNumber(count, mostSyntheticMembers);
  if (!members) return fail(`demo members asks for a number from 1 to ${mostSyntheticMembers}.`);
  const payments = wholeNumber(values.payments, mostPayments);
  if (payments === undefined) return fail(`--payments asks for a number from 0 to ${mostPayments}.`);
  const folder = values.folder ?? join(dataDir, "inbox", "synthetic");
  return ok({ folder, seed, json, size: { members, payments } });
}

function parse(argv: string[]) {
  return parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      payments: { type: "string" },
      folder: { type: "string" },
      seed: { type: "string", default: "demo" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
}

function wholeNumber(text: string | undefined, most: number): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) && Number(text) <= most ? Number(text) : undefined;
}

function summary({ folder, rows, files }: { folder: string; rows: number; files: { name: string; rows: number }[] }) {
  const list = files.map((file) => `  ${String(file.rows).padStart(10)}  ${file.name}\n`).join("");
  return `${list}Wrote ${rows} rows in ${folder}. Load them with: npm run espace -- import ${folder}\n`;
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
