import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stderr } from "node:process";
import { eq, or } from "drizzle-orm";
import { demoPassword, demoStaff, signInAtOnce } from "./demo-accounts.ts";
import { activateAccount, addAccount } from "./domain/accounts.ts";
import { settleCard } from "./domain/card-settling.ts";
import { settleChange } from "./domain/change-settling.ts";
import { currentCharter, ensureCharter } from "./domain/charter.ts";
import { record } from "./domain/evidence.ts";
import { reviewIdentity } from "./domain/freezing.ts";
import { inviteOnce } from "./domain/invitations.ts";
import { type Choices, choices as choiceNames } from "./domain/preferences.ts";
import { addReadyStaff } from "./domain/staff.ts";
import { makeDemoFeed } from "./feeds/demo/demo-feed.ts";
import { importFeed } from "./feeds/import.ts";
import type { Clock } from "./lib/clock.ts";
import { parisDay } from "./lib/dates.ts";
import type { Base } from "./platform/base.ts";
import { type Config, makeFolder } from "./platform/config.ts";
import { write } from "./platform/database.ts";
import type { Passwords } from "./platform/passwords.ts";
import { members } from "./platform/schema.ts";

const seed = "demo";

type DemoDeps = Base & { config: Config; clock: Clock; passwords: Passwords };

/** Fills an empty base with the demo: its feed through the importer, then the accounts that can sign in at once. */
export async function loadDemo(deps: DemoDeps): Promise<void> {
  const { db, config, clock, passwords } = deps;
  stderr.write("Loading the demo…\n");
  makeFolder(config.dataDir);
  const folder = mkdtempSync(join(config.dataDir, "demo-"));
  try {
    await makeDemoFeed({ folder, today: parisDay(clock()), seed });
    const report = await importFeed(
      {
        ...deps,
        invite: (memberId) => inviteOnce(deps, memberId),
        identityChanged: (memberId, changed) => void reviewIdentity(deps, memberId, changed),
        changeAnswered: (answer) => void settleChange(deps, answer),
        cardAnswered: (answer) => void settleCard(deps, answer),
      },
      { paths: [folder], inbox: join(config.dataDir, "inbox"), rejectsDir: join(config.dataDir, "rejects") },
    );
    if (report.rejected > 0) throw new Error(`the demo feed has ${report.rejected} faulty rows`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  ensureCharter(db);
  const hash = await passwords.hash(demoPassword);
  write(db, () => {
    for (const number of signInAtOnce) openDemoAccount(deps, number, hash);
  });
  await addDemoStaff(deps);
}

/** Lets the staff of the demo in, on a base that has nobody of the mutual yet. */
export async function addDemoStaff(deps: Pick<DemoDeps, "db" | "clock" | "seal" | "passwords">): Promise<void> {
  const passwordHash = await deps.passwords.hash(demoPassword);
  write(deps.db, () => {
    for (const { email, role } of demoStaff) addReadyStaff(deps, { email, role, passwordHash });
  });
}

function openDemoAccount(deps: DemoDeps, number: string, passwordHash: string): void {
  const { db, clock } = deps;
  const { memberId, email } = members;
  const member = db
    .select({ memberId, email })
    .from(members)
    .where(or(eq(members.memberNumber, number), eq(members.affiliateNumber, number)))
    .get();
  if (!member?.email) throw new Error(`the demo feed has no member ${number}`);
  const choices = Object.fromEntries(choiceNames.map((choice) => [choice, false])) as Choices;
  const account = addAccount(deps, {
    memberId: member.memberId,
    email: member.email,
    language: "fr",
    mobile: undefined,
    passwordHash,
    choices,
  });
  activateAccount(deps, account, "demo");
  const { number: version, sha256 } = currentCharter(db, clock);
  record(deps, {
    kind: "charter.accepted",
    memberId: member.memberId,
    actor: "operator",
    details: { version, sha256 },
  });
}
