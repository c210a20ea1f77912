import {
  longestMaintenanceMessage,
  type Maintenance,
  type MaintenanceMode,
  readMaintenance,
  setMaintenance,
} from "./domain/maintenance.ts";
import { seconds } from "./lib/clock.ts";
import { longMoment } from "./lib/dates.ts";
import { parseMoment } from "./lib/paris-time.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Deps } from "./platform/deps.ts";

type MaintenanceCommandDeps = Pick<Deps, "db" | "clock" | "seal"> & CommandOutput;

export const maintenanceUsage = "maintenance on|off|read-only|show [--until WHEN] [--message TEXT] [--json]";

const help = `Usage:
  espace maintenance on          closes the portal: every page of members answers 503 and says until when
  espace maintenance read-only   members may look, and change nothing
  espace maintenance off         opens it again
  espace maintenance show        tells how it stands

  --until WHEN     when it should be over, as members are told: "2026-12-05 22:00" in Paris, or ISO 8601; nothing
                   opens by itself
  --message TEXT   a sentence for members, in French, ${longestMaintenanceMessage} characters at most
  --json           one JSON object on stdout
  --help           this text

A running server follows within two seconds. The back office, the public texts, /healthz and /readyz stay.`;

const options = { until: { type: "string" }, message: { type: "string" } } as const;
const modes: Record<string, MaintenanceMode> = { on: "closed", off: "open", "read-only": "read-only" };

/**
 * `espace maintenance …` for the operator.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export function maintenanceCommand(deps: MaintenanceCommandDeps, argv: string[]): number {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, failed, usage } = asked;
  const [command = "", ...rest] = positionals;
  const mode = Object.hasOwn(modes, command) ? modes[command] : undefined;
  if (rest.length > 0 || (!mode && command !== "show"))
    return usage(command ? `Unknown command: maintenance ${positionals.join(" ")}` : "A command is missing");
  const { until: typed, message: words } = values;
  const isDetailed = typed !== undefined || words !== undefined;
  if (isDetailed && (!mode || mode === "open")) return usage("--until and --message go with on or read-only");
  if (mode) {
    const until = typed === undefined ? null : parseMoment(typed);
    if (until === undefined) return usage('--until must be a moment such as "2026-12-05 22:00"');
    if (until !== null && until <= seconds(deps.clock)) return failed("--until is past.");
    const message = words === undefined ? null : words.replace(/[\p{Cc}\s]+/gu, " ").trim() || null;
    if (message !== null && message.length > longestMaintenanceMessage)
      return failed(`--message is too long: ${longestMaintenanceMessage} characters at most.`);
    setMaintenance(deps, { mode, until, message, actor: "operator", by: "operator" });
  }
  const state = readMaintenance(deps);
  return say(toldAsJson(state), told(state));
}

function toldAsJson({ mode, until, message, by, since }: Maintenance) {
  return { mode, until, message, by: by || null, since: since || null };
}

function told({ mode, until, message }: Maintenance): string {
  if (mode === "open") return "The portal is open.";
  const what = mode === "closed" ? "The portal is closed" : "The portal is read-only";
  const end = until === null ? "" : `, until ${longMoment(until * 1000, "en")} (Paris)`;
  return `${what}${end}.${message === null ? "" : ` Members read: ${message}`}`;
}
