import { type Purged, purge } from "./domain/purge.ts";
import type { PurgeDeps } from "./domain/purge-rules.ts";
import { type CommandOutput, helpByLetter, readCommand } from "./platform/command-line.ts";

const help = `espace purge [--dry-run] [--json]

Removes what has been kept long enough, rule after rule of the retention table, then counts on the base what is
left of each. A running server goes on, and does the same once a day by itself.

  --dry-run   only count what would go
  --json      print the result as one JSON object
  --help      this text

Exit: 0 done, 1 something due is still there, 2 wrong usage.`;

const options = { ...helpByLetter, "dry-run": { type: "boolean", default: false } } as const;

/** The operator's `purge`. @returns the exit code: 0 done, 1 something due is left, 2 wrong usage. */
export async function purgeCommand(deps: PurgeDeps & CommandOutput, argv: string[]): Promise<number> {
  const asked = readCommand(
    deps,
    { help, reminder: "Try: espace purge --help", options, allowPositionals: false },
    argv,
  );
  if (typeof asked === "number") return asked;
  const { say, failed } = asked;
  const dryRun = asked.values["dry-run"];
  const rules = await purge(deps, { dryRun });
  const total = (field: "removed" | "left") => rules.reduce((sum, rule) => sum + rule[field], 0);
  const [removed, left] = [total("removed"), total("left")];
  say({ dryRun, removed, left, rules }, tell(rules, dryRun, removed, left));
  if (dryRun || left === 0) return 0;
  return failed("Some of what is due is still there: an import is running, or other rows came due. Run it again.");
}

function tell(rules: Purged[], dryRun: boolean, removed: number, left: number): string {
  const lines = rules.map(
    (rule) =>
      `${rule.name} (kept ${rule.kept}): ${dryRun ? `${rule.left} due` : `${rule.removed} removed, ${rule.left} left`}`,
  );
  const all = dryRun
    ? `Dry run, nothing was changed. In all: ${left} due.`
    : `In all: ${removed} removed, ${left} left.`;
  return [...lines, all].join("\n");
}
