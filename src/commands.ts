import { join } from "node:path";
import { argv, cwd, env, exit, stderr, stdout } from "node:process";
import { eq, or } from "drizzle-orm";
import { accountCommand, accountUsage } from "./cli-accounts.ts";
import { caseCommand, caseUsage } from "./cli-cases.ts";
import { charterCommand } from "./cli-charter.ts";
import { evidenceCommand, evidenceUsage } from "./cli-evidence.ts";
import { maintenanceCommand, maintenanceUsage } from "./cli-maintenance.ts";
import { noticeCommand, noticeUsage } from "./cli-notices.ts";
import { purgeCommand } from "./cli-purge.ts";
import { staffCommand, staffUsage } from "./cli-staff.ts";
import { threadCommand, threadUsage } from "./cli-threads.ts";
import { queueAlerts, watchPayments } from "./domain/alerts.ts";
import { type CardAnswer, settleCard, tellSentCards } from "./domain/card-settling.ts";
import { type ChangeAnswer, settleChange } from "./domain/change-settling.ts";
import { mailCommand } from "./domain/cli-mail.ts";
import { type IdentityChange, reviewIdentity } from "./domain/freezing.ts";
import { invite, inviteOnce } from "./domain/invitations.ts";
import { exportCommand } from "./feeds/cli-export.ts";
import { importCommand } from "./feeds/cli-import.ts";
import { demoCommand } from "./feeds/demo/cli-demo.ts";
import { systemClock } from "./lib/clock.ts";
import { type Base, openBase } from "./platform/base.ts";
import { type Config, ConfigError, readConfig } from "./platform/config.ts";
import { DatabaseError, type Db, shippedMigrations } from "./platform/database.ts";
import { giveWay } from "./platform/give-way.ts";
import { createMailer } from "./platform/mailer.ts";
import { members } from "./platform/schema.ts";
import { createStaffSessions } from "./platform/staff-sessions.ts";

type Command = {
  usage: string;
  does: string;
  /** @returns the exit code: 0 done, 1 failed, 2 wrong usage; nothing when it goes on running. */
  run(config: Config, args: string[]): Promise<number | undefined>;
};

const clock = systemClock;

const commands: Record<string, Command> = {
  serve: {
    usage: "serve",
    does: "serves the portal, as `npm start` does",
    async run() {
      const { serve } = await import("./serve.ts");
      await serve();
      return undefined;
    },
  },
  migrate: {
    usage: "migrate [--json]",
    does: "brings the database to this version",
    async run(config, args) {
      const base = openBase(config);
      const names = shippedMigrations().map(({ name }) => name);
      base.db.$client.close();
      print(args, { migrations: names }, `The database is up to date (${names.length} migrations).`);
      return 0;
    },
  },
  import: {
    usage: "import [PATH…] [--dry-run] [--accept-gap] [--json]",
    does: "loads a feed folder or files; without a path, the drop folder",
    async run(config, args) {
      giveWay();
      const base = openBase(config, { durability: "normal", cacheMegabytes: 16 });
      const { dataDir } = config;
      const deps = {
        ...base,
        clock,
        invite: (memberId: string) => inviteOnce({ ...base, clock, config }, memberId),
        identityChanged: (memberId: string, changed: IdentityChange[]) =>
          void reviewIdentity({ ...base, clock, config }, memberId, changed),
        changeAnswered: (answer: ChangeAnswer) => void settleChange({ ...base, clock, config }, answer),
        cardAnswered: (answer: CardAnswer) => void settleCard({ ...base, clock, config }, answer),
        alerting: (db: Db) => ({
          watchPayments: () => watchPayments({ db, clock }),
          queueAlerts: () => queueAlerts({ ...base, db, clock, config }),
        }),
        inbox: join(dataDir, "inbox"),
        rejectsDir: join(dataDir, "rejects"),
      };
      return withBase(base, () => importCommand(deps, args));
    },
  },
  export: {
    usage: "export [--lists] [--json]",
    does: "writes what is due to the back office, and the mailing lists, into DATA_DIR/outbox",
    run: (config, args) =>
      withBase(openBase(config), (base) => {
        const code = exportCommand({ ...base, clock, dataDir: config.dataDir, origin: config.origin }, args);
        if (code === 0) tellSentCards({ ...base, clock, config });
        return code;
      }),
  },
  invite: {
    usage: "invite MEMBER_NUMBER [--json]",
    does: "sends a new invitation; the link of an earlier one dies",
    async run(config, args) {
      const numbers = args.filter((arg) => !arg.startsWith("-"));
      if (numbers.length !== 1) return wrongUsage("invite");
      const base = openBase(config);
      const sent = inviteByNumber(config, base, numbers[0]!);
      base.db.$client.close();
      if (sent) print(args, { invited: 1 }, "The invitation is in the mail queue.");
      else stderr.write("No invitation: this number is unknown, or the person has an account already, or no e-mail.\n");
      return sent ? 0 : 1;
    },
  },
  charter: {
    usage: "charter publish FILE --version N --effective DATE [--json]",
    does: "publishes a version of the charter and announces it to every account",
    run: (config, args) => withBase(openBase(config), (base) => charterCommand({ ...base, clock, config }, args)),
  },
  notice: {
    usage: noticeUsage,
    does: "announces a planned change, an interruption or the end of the service to every account",
    run: (config, args) => withBase(openBase(config), (base) => noticeCommand({ ...base, clock, config }, args)),
  },
  mail: {
    usage: "mail test ADDRESS | queue | retry | bounces [--json]",
    does: "tries the mail server, shows what waits, sends again what failed, reads what came back",
    run: (config, args) =>
      withBase(openBase(config), (base) =>
        mailCommand({ ...base, clock, config, createMailer: () => createMailer(config) }, args),
      ),
  },
  staff: {
    usage: staffUsage,
    does: "lets people of the mutual into the back office, or shuts them out",
    run: (config, args) =>
      withBase(openBase(config), (base) =>
        staffCommand({ ...base, clock, config, staffSessions: createStaffSessions(base.db, clock) }, args),
      ),
  },
  maintenance: {
    usage: maintenanceUsage,
    does: "closes the portal, lets members only look, or opens it again",
    run: (config, args) => withBase(openBase(config), (base) => maintenanceCommand({ ...base, clock }, args)),
  },
  case: {
    usage: caseUsage,
    does: "shows what members reported (lost credentials, phishing…) and closes it with a result",
    run: (config, args) => withBase(openBase(config), (base) => caseCommand({ ...base, clock, config }, args)),
  },
  thread: {
    usage: threadUsage,
    does: "shows what members wrote from their account, and answers them",
    run: (config, args) => withBase(openBase(config), (base) => threadCommand({ ...base, clock, config }, args)),
  },
  account: {
    usage: accountUsage,
    does: "blocks, replaces, annuls or deletes the account of a member",
    run: (config, args) => withBase(openBase(config), (base) => accountCommand({ ...base, clock, config }, args)),
  },
  evidence: {
    usage: evidenceUsage,
    does: "verifies the evidence journal, or writes the record of a person as JSON, PDF and HTML",
    run: (config, args) => withBase(openBase(config), (base) => evidenceCommand({ ...base, clock, config }, args)),
  },
  purge: {
    usage: "purge [--dry-run] [--json]",
    does: "removes what has been kept long enough, and counts what is left",
    run: (config, args) => withBase(openBase(config), (base) => purgeCommand({ ...base, clock, config }, args)),
  },
  demo: {
    usage: "demo | demo members N --payments K [--folder F] [--seed S]",
    does: "writes the demo feed, or a synthetic one of any size",
    run: (config, args) => demoCommand({ clock, dataDir: config.dataDir }, args),
  },
};

/** Closes the base when the command is done; a command that throws ends the process, and the base with it. */
async function withBase(base: Base, run: (base: Base) => number | Promise<number>): Promise<number> {
  const code = await run(base);
  base.db.$client.close();
  return code;
}

/** Runs the command of the arguments and ends the process with its code. */
export async function runCommand(): Promise<void> {
  const [name, ...args] = argv.slice(2);
  const command = name === undefined ? undefined : commands[name];
  if (name === "--help" || name === "-h") {
    stdout.write(help());
    exit(0);
  }
  if (!command) {
    stderr.write(`${name === undefined ? "No command given." : `There is no command ${name}.`}\n\n${help()}`);
    exit(2);
  }
  // Commands with help of their own answer it themselves.
  if (
    args.includes("--help") &&
    ![
      "import",
      "charter",
      "notice",
      "maintenance",
      "mail",
      "case",
      "thread",
      "account",
      "evidence",
      "demo",
      "export",
      "purge",
    ].includes(name!)
  ) {
    stdout.write(`espace ${command.usage}\n  ${command.does}\n`);
    exit(0);
  }
  try {
    const code = await command.run(readConfig(env, cwd()), args);
    if (code !== undefined) exit(code);
  } catch (error) {
    if (error instanceof ConfigError) for (const fault of error.faults) stderr.write(`${fault}\n`);
    else if (error instanceof DatabaseError) stderr.write(`${error.message}\n`);
    else stderr.write(`${name} failed: ${error instanceof Error ? error.message : error}\n`);
    exit(1);
  }
}

function inviteByNumber(config: Config, base: Base, number: string): boolean {
  const member = base.db
    .select({ memberId: members.memberId })
    .from(members)
    .where(or(eq(members.memberNumber, number), eq(members.affiliateNumber, number)))
    .get();
  return member !== undefined && invite({ ...base, clock, config }, member.memberId, "operator");
}

function print(args: string[], result: object, text: string): void {
  stdout.write(`${args.includes("--json") ? JSON.stringify(result) : text}\n`);
}

function wrongUsage(name: string): number {
  stderr.write(`Usage: espace ${commands[name]!.usage}\n`);
  return 2;
}

function help(): string {
  const lines = Object.values(commands).map(({ usage, does }) => `  espace ${usage}\n      ${does}\n`);
  return `Usage: npm run espace -- COMMAND\n\n${lines.join("")}\n  --help after a command explains it. Exit: 0 done, 1 failed, 2 wrong usage.\n`;
}
