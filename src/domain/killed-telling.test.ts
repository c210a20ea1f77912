import { expect, test } from "vitest";
import { bundled, runOrDie } from "../../test/kit/killed.ts";
import { startPortal } from "../../test/kit/portal.ts";
import { isWhole, verifyEvidence } from "./evidence.ts";
import { hashMailContent, openMailContent } from "./mail-content.ts";

const people = 5_000;
const kills = 20;
const now = Date.parse("2026-11-23T12:00:00+01:00");

test("alerts and a notice whose sender is killed twenty times reach everybody once", { timeout: 60_000 }, async () => {
  const portal = await startPortal({ now });
  const { $client } = portal.db;
  const count = (sql: string) => $client.prepare<[], number>(sql).pluck().get()!;
  $client.exec(waitingPeople);
  const program = bundled(new URL("killed-telling.ts", import.meta.url));
  const settings = { FOLDER: portal.dataDir, NOW: String(now) };
  let died = 0;
  for (let round = 0; round < kills; round++) {
    if (!(await runOrDie(program, settings, 5 + Math.random() * 25))) died++;
  }
  expect(died).toBeGreaterThan(10);
  expect(await runOrDie(program, settings, 50_000)).toBe(true);

  const accounts = count("SELECT count(*) FROM accounts WHERE status IN ('active', 'frozen')");
  expect(accounts).toBeGreaterThan(people);
  expect([
    count("SELECT count(*) FROM mails WHERE kind = 'alert.payment'"),
    count("SELECT count(DISTINCT member_id) FROM mails WHERE kind = 'alert.payment'"),
    count("SELECT count(*) FROM alerts WHERE queued_at IS NULL"),
  ]).toEqual([people, people, 0]);
  expect([
    count("SELECT count(*) FROM mails WHERE kind = 'notice'"),
    count("SELECT count(*) FROM notice_deliveries"),
    count("SELECT count(*) FROM evidence WHERE kind = 'notice.told'"),
    count("SELECT count(*) FROM notices"),
    count("SELECT count(*) FROM notices WHERE finished_at IS NULL"),
  ]).toEqual([accounts, accounts, accounts, 1, 0]);
  const contents = $client
    .prepare<[], Buffer>("SELECT content_sealed FROM mails WHERE kind IN ('alert.payment', 'notice')")
    .pluck()
    .all()
    .map((sealed) => hashMailContent(openMailContent(portal, sealed)));
  expect(contents).toHaveLength(people + accounts);
  expect(isWhole(verifyEvidence(portal))).toBe(true);
});

/** People who want alerts, each with a payment of today that waits to be told. */
const serial = `WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i < ${people - 1})`;
const id = "printf('Q%05d', i)";
const waitingPeople = `BEGIN;
    DELETE FROM alerts; DELETE FROM mails;
    ${serial} INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
      is_subscriber, version, digest)
      SELECT ${id}, printf('%08d', 50000000 + i), 'NOM', 'Prénom', '2003-05-17', 1, 1, 1, x'00' FROM n;
    ${serial} INSERT INTO accounts (id, member_id, status, email, created_at, activated_at)
      SELECT ${id}, ${id}, 'active', 'q' || i || '@demo.example', 1, 1 FROM n;
    ${serial} INSERT INTO preferences (account_id, alert_email, changed_at) SELECT ${id}, 1, 1 FROM n;
    ${serial} INSERT INTO payments (member_id, paid_on, payment_id, payer, nature, amount_cents, recipient, mode, status,
      version, digest)
      SELECT ${id}, '2026-11-23', 'PAYQ' || i, 'AMO', 'REMBOURSEMENT_SOINS', 1900 + i, 'assure', 'virement', 'emis', 1,
        x'00' FROM n;
    ${serial} INSERT INTO alerts (member_id, channel, payment_id, kept_at)
      SELECT ${id}, 'email', 'PAYQ' || i, ${now / 1000 - 60} FROM n;
    COMMIT;`;
