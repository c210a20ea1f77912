import { annulAccount, deleteOnRequest, freezeByStaff, replaceAccount } from "./domain/staff-acts.ts";
import { isDay, parisDay } from "./lib/dates.ts";
import { hideNumbers } from "./lib/hidden-numbers.ts";
import { compactIdentifier } from "./lib/nir.ts";
import { type CommandOutput, readCommand } from "./platform/command-line.ts";
import type { Deps } from "./platform/deps.ts";

type AccountCommandDeps = Pick<Deps, "db" | "clock" | "seal" | "config"> & CommandOutput;

export const accountUsage = "account freeze | replace | annul | delete MEMBER_NUMBER [--json]";

const help = `Usage:
  espace account freeze MEMBER_NUMBER    blocks the account: sessions, devices and links end, its owner is told
  espace account replace MEMBER_NUMBER   deletes the account and sends a new invitation of 15 days
  espace account annul MEMBER_NUMBER --reason TEXT
                                         ends a wrong or fraudulent registration, and mails TEXT
  espace account delete MEMBER_NUMBER --channel post|e-mail --received YYYY-MM-DD [--scan REFERENCE]
                                         deletes the account as its owner asked, and mails the receipt

  --json   one JSON object on stdout
  --help   this text

Be sure of who asks before you type any of these. They are all kept in the evidence journal.`;

const options = {
  reason: { type: "string" },
  channel: { type: "string" },
  received: { type: "string" },
  scan: { type: "string" },
} as const;

const longestReason = 500;

const faults = {
  unknown: "No member or affiliate has this number.",
  noAccount: "This person has no account.",
  notActive: "This account is not active: there is nothing to block.",
  noEmail:
    "Nothing was done: this person has no e-mail on file to send the new invitation to. Enter one in the back office and import it, then try again.",
  gone: "Nothing was done: this person's rights are over, so that no invitation can be sent.",
};

type Asked = { options: Record<string, string | undefined>; number: string };
/** What an act comes to, or what is wrong with how it was asked for. */
type Done = { ok: true; result: object; text: string } | { ok: false; fault: keyof typeof faults };

/**
 * `espace account …` for staff.
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage.
 */
export function accountCommand(deps: AccountCommandDeps, argv: string[]): number {
  const asked = readCommand(deps, { help, options }, argv);
  if (typeof asked === "number") return asked;
  const { values, positionals, say, failed, usage } = asked;
  const [name, typed, ...more] = positionals;
  const act = name !== undefined && Object.hasOwn(acts, name) ? acts[name as keyof typeof acts] : undefined;
  if (!act) return usage(name ? `There is no command account ${name}` : "A command is missing");
  const number = compactIdentifier(typed ?? "");
  if (number === "" || more.length > 0) return usage("MEMBER_NUMBER must be given, and be one");
  const foreign = Object.keys(values).find((option) => !act.options.includes(option));
  if (foreign) return usage(`--${foreign} is not for account ${name}`);
  const done = act.run(deps, { number, options: values });
  if (typeof done === "string") return usage(done);
  return done.ok ? say(done.result, done.text) : failed(faults[done.fault]);
}

const acts: Record<
  "freeze" | "replace" | "annul" | "delete",
  { options: string[]; run: (deps: AccountCommandDeps, asked: Asked) => Done | string }
> = {
  freeze: {
    options: [],
    run(deps, { number }) {
      const frozen = freezeByStaff(deps, number);
      if (!frozen.ok) return frozen;
      const { caseId } = frozen.value;
      return { ok: true, result: { frozen: 1, case: caseId }, text: `The account is blocked. Case ${caseId} is open.` };
    },
  },
  replace: {
    options: [],
    run(deps, { number }) {
      const replaced = replaceAccount(deps, number);
      if (!replaced.ok) return replaced;
      const text = "The account is deleted, and a new invitation is in the mail queue.";
      return { ok: true, result: { replaced: 1 }, text };
    },
  },
  annul: {
    options: ["reason"],
    run(deps, { number, options }) {
      const reason = options.reason?.trim() ?? "";
      if (reason === "") return "--reason is missing: why the registration is null, which the person will read";
      if (reason.length > longestReason) return `--reason is too long: ${longestReason} characters at most`;
      if (hideNumbers(reason) !== reason) return "--reason must hold no social security number and no IBAN";
      const annulled = annulAccount(deps, number, reason);
      if (!annulled.ok) return annulled;
      return { ok: true, result: { annulled: 1 }, text: "The account is gone, and its owner is told by mail." };
    },
  },
  delete: {
    options: ["channel", "received", "scan"],
    run(deps, { number, options }) {
      const { channel, received = "" } = options;
      if (channel !== "post" && channel !== "e-mail") return "--channel must be post or e-mail";
      if (!isDay(received)) return "--received must be a day such as 2026-03-15";
      if (received > parisDay(deps.clock())) return "--received must not be a day to come";
      const scan = options.scan?.trim() || undefined;
      if (scan !== undefined && !/^[\p{L}\p{N} ._/#:-]{1,100}$/u.test(scan))
        return "--scan must be a reference of at most 100 letters, digits and . _ / # : -";
      const deleted = deleteOnRequest(deps, number, { channel, received, scan });
      if (!deleted.ok) return deleted;
      return {
        ok: true,
        result: { deleted: 1 },
        text: "The account is deleted, and the receipt is in the mail queue.",
      };
    },
  },
};
