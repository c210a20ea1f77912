import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { stderr } from "node:process";
import { eq, or } from "drizzle-orm";
import { demoPassword, signInAtOnce } from "./demo-accounts.ts";
import { currentCharter, ensureCharter } from "./domain/charter.ts";
import { record } from "./domain/evidence.ts";
import { inviteOnce } from "./domain/invitations.ts";
import { makeDemoFeed } from "./feeds/demo/demo-feed.ts";
import { importFeed } from "./feeds/import.ts";
import { type Clock, seconds } from "./lib/clock.ts";
import { parisDay } from "./lib/dates.ts";
import type { Base } from "./platform/base.ts";
import { type Config, makeFolder } from "./platform/config.ts";
import { write } from "./platform/database.ts";
import type { Passwords } from "./platform/passwords.ts";
import { accounts, credentials, members } from "./platform/schema.ts";
import { newId } from "./platform/tokens.ts";

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
      { ...deps, invite: (memberId) => inviteOnce(deps, memberId) },
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
}

function openDemoAccount(deps: DemoDeps, number: string, passwordHash: string): void {
  const { db, clock } = deps;
  const now = seconds(clock);
  const id = newId();
  const { memberId, email } = members;
  const member = db
    .select({ memberId, email })
    .from(members)
    .where(or(eq(members.memberNumber, number), eq(members.affiliateNumber, number)))
    .get();
  if (!member?.email) throw new Error(`the demo feed has no member ${number}`);
  db.insert(accounts)
    .values({ id, memberId: member.memberId, status: "active", email: member.email, createdAt: now, activatedAt: now })
    .run();
  db.insert(credentials).values({ accountId: id, passwordHash, changedAt: now }).run();
  const { number: version, sha256 } = currentCharter(db);
  record(deps, { kind: "account.opened", memberId: member.memberId, actor: "operator", details: { by: "demo" } });
  record(deps, {
    kind: "charter.accepted",
    memberId: member.memberId,
    actor: "operator",
    details: { version, sha256 },
  });
}
