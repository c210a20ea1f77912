import { addStaff, disableStaff, staffEmail } from "./domain/staff.ts";
import type { StaffRole } from "./domain/staff-roles.ts";
import { parseEmail } from "./lib/email.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Deps } from "./platform/deps.ts";

type StaffCommandDeps = Pick<Deps, "db" | "clock" | "seal" | "config" | "staffSessions"> & CommandOutput;

export const staffUsage = "staff add EMAIL --role adviser|admin|dpo | disable EMAIL [--json]";

const help = `Usage:
  espace staff add EMAIL --role adviser|admin|dpo
                          lets somebody into the back office, and prints the link, good once for
                          48 hours, where they choose a password and set up their authenticator;
                          given again, a new role and a new link for a lost password or phone
  espace staff disable EMAIL
                          shuts somebody out at once

  --json   one JSON object on stdout
  --help   this text`;

const options = { role: { type: "string" } } as const;
const roles: readonly string[] = ["adviser", "admin", "dpo"] satisfies StaffRole[];

/**
 * `espace staff …` for the operator.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export function staffCommand(deps: StaffCommandDeps, argv: string[]): number {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, failed, usage } = asked;
  const [command, typed, ...more] = positionals;
  if (command !== "add" && command !== "disable")
    return usage(command ? `Unknown command: staff ${positionals.join(" ")}` : "A command is missing");
  if (typed === undefined || more.length > 0) return usage("EMAIL must be one address");
  if (command === "disable") {
    if (!disableStaff(deps, typed)) return failed("There is nobody with this e-mail, or they are shut out already.");
    return say({ disabled: staffEmail(typed) }, "Done: sessions, password and authenticator are gone.");
  }
  const { role } = values;
  if (role === undefined || !roles.includes(role)) return usage("--role must be adviser, admin or dpo");
  if (parseEmail(typed) === undefined) return failed("This is not a whole e-mail address.");
  const link = `${deps.config.origin}/staff/set-up/${addStaff(deps, typed, role as StaffRole)}`;
  return say(
    { staff: staffEmail(typed), role, link },
    `Give this link to ${staffEmail(typed)}, by a way you trust. It works once, for 48 hours:\n${link}`,
  );
}
