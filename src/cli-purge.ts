import { stderr, stdout } from "node:process";
import { parseArgs } from "node:util";
import { type Purged, purge } from "./domain/purge.ts";
import type { PurgeDeps } from "./domain/purge-rules.ts";

const usage = `espace purge [--dry-run] [--json]

Removes what has been kept long enough, rule after rule of the retention table, then counts on the base what is
left of each. A running server goes on, and does the same once a day by itself.

  --dry-run   only count what would go
  --json      print the result as one JSON object
  --help      this text

Exit: 0 done, 1 something due is still there, 2 wrong usage.
`;

/** The operator's `purge`. @returns the exit code: 0 done, 1 something due is left, 2 wrong usage. */
export async function purgeCommand(deps: PurgeDeps, argv: string[]): Promise<number> {
  let values: { json?: boolean; help?: boolean; "dry-run"?: boolean };
  try {
    const options = {
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      "dry-run": { type: "boolean" },
    } as const;
    ({ values } = parseArgs({ args: argv, options }));
  } catch (error) {
    stderr.write(`${(error as Error).message}\nTry: espace purge --help\n`);
    return 2;
  }
  if (values.help) {
    stdout.write(usage);
    return 0;
  }
  const dryRun = values["dry-run"] === true;
  const rules = await purge(deps, { dryRun });
  const total = (field: "removed" | "left") => rules.reduce((sum, rule) => sum + rule[field], 0);
  const [removed, left] = [total("removed"), total("left")];
  if (values.json) stdout.write(`${JSON.stringify({ dryRun, removed, left, rules })}\n`);
  else stdout.write(tell(rules, dryRun, removed, left));
  if (dryRun || left === 0) return 0;
  stderr.write("Some of what is due is still there: an import is running, or other rows came due. Run it again.\n");
  return 1;
}

function tell(rules: Purged[], dryRun: boolean, removed: number, left: number): string {
  const lines = rules.map(
    (rule) =>
      `${rule.name} (kept ${rule.kept}): ${dryRun ? `${rule.left} due` : `${rule.removed} removed, ${rule.left} left`}`,
  );
  const all = dryRun
    ? `Dry run, nothing was changed. In all: ${left} due.`
    : `In all: ${removed} removed, ${left} left.`;
  return `${[...lines, all].join("\n")}\n`;
}
