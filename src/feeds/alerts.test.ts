import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { alertText } from "../domain/alert-mails.ts";
import { queueAlerts, queueLeftAlerts, watchPayments } from "../domain/alerts.ts";
import { freezeAccount } from "../domain/freezing.ts";
import { type Choices, changeChoices, readChoices } from "../domain/preferences.ts";
import { openTextContent } from "../domain/text-outbox.ts";
import { seconds } from "../lib/clock.ts";
import { isOneMessage } from "../lib/gsm7.ts";
import { write } from "../platform/database.ts";
import { type ImportOptions, importFeed } from "./import.ts";
import { csv, payment, type Row, sha256 } from "./import-kit.ts";

const today = "2026-11-23";
const alice = "P0001";
const mobile = "+33612345678";

/** A portal where Alice wants to be told by mail, or on the channels given. */
async function portalOf(changes: Partial<Choices> = { alertEmail: true }) {
  const portal = await startPortal();
  portal.db.$client
    .prepare("UPDATE accounts SET mobile = ?, mobile_verified_at = 1 WHERE member_id = ?")
    .run(mobile, alice);
  choose(portal, changes);
  return portal;
}

const accountOf = ({ db }: Portal, memberId = alice) =>
  db.$client.prepare<[string], string>("SELECT id FROM accounts WHERE member_id = ?").pluck().get(memberId)!;

function choose(portal: Portal, changes: Partial<Choices>, memberId = alice) {
  const accountId = accountOf(portal, memberId);
  changeChoices(portal, { accountId, memberId, changes, actor: "member", channel: "preferences" });
}

let files = 0;

const importing = (portal: Portal, options: Partial<ImportOptions>) => {
  const { db, seal, clock, config, dataDir } = portal;
  return importFeed(
    {
      db,
      seal,
      clock,
      invite: () => false,
      identityChanged: () => {},
      changeAnswered: () => {},
      alerting: (base) => ({
        watchPayments: () => watchPayments({ db: base, clock }),
        queueAlerts: () => queueAlerts({ db: base, seal, clock, config }),
      }),
    },
    { paths: [], inbox: join(dataDir, "inbox"), rejectsDir: join(dataDir, "rejects"), ...options },
  );
};

/** Imports payments to Alice, new ones unless told, in a file of their own. */
async function pay(portal: Portal, ...payments: Row[]) {
  const path = join(portal.dataDir, `paiements_20261123080000_${++files}.csv`);
  writeFileSync(path, csv(payments.map((more) => paid(more))));
  return importing(portal, { paths: [path] });
}

const paid = (more: Row) => payment({ personne_id: alice, date_mandat: today, ...more });

type Sent = { kind: string; due: number; state: string };
const queueOf = (portal: Portal, table: "mails" | "texts") =>
  portal.db.$client
    .prepare<[], Sent>(`SELECT kind, due_at AS due, state FROM ${table} WHERE kind = 'alert.payment' ORDER BY 1`)
    .all();
const mailsOf = (portal: Portal) => portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "alert.payment");
const textsOf = ({ db, seal }: Portal) =>
  db.$client
    .prepare<[], Buffer>("SELECT content_sealed FROM texts ORDER BY text_id")
    .pluck()
    .all()
    .map((sealed) => openTextContent(seal, sealed).text);
const waiting = ({ db }: Portal) =>
  db.$client.prepare<[], number>("SELECT count(*) FROM alerts WHERE queued_at IS NULL").pluck().get();

describe("D11b a new payment", () => {
  test.each([
    [{ alertEmail: true, alertSms: true }, 1, 1],
    [{ alertEmail: true }, 1, 0],
    [{ alertSms: true }, 0, 1],
    [{ newsletterSmeno: true }, 0, 0],
  ])("makes one message on each channel of %o, and none on the others", async (changes, mails, texts) => {
    const portal = await portalOf(changes);
    expect((await pay(portal, { paiement_id: "N1" })).alerts).toBe(mails + texts);
    expect([queueOf(portal, "mails").length, queueOf(portal, "texts").length]).toEqual([mails, texts]);
  });

  test("is told with its amount, payer and day, a way out, and nothing of the care", async () => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    await pay(portal, { paiement_id: "N1", montant_cents: 123456, iban_fin4: "0189" });
    const [mail] = mailsOf(portal);
    expect(mail!.text).toContain("Bonjour Alice,");
    expect(mail!.text).toMatch(/1\u202f234,56\u00a0€[\s\S]*Assurance Maladie[\s\S]*23 novembre 2026/);
    expect(mail!.html).toMatch(/1\u202f234,56\u00a0€[\s\S]*Assurance Maladie[\s\S]*23 novembre 2026/);
    expect(mail!.text + mail!.html).not.toMatch(/[\ue000-\uf8ff]|0189|N1\b|virement|SOINS/);
    expect(mail!.text).toContain(`${portal.config.origin}/preferences`);
    expect(mail!.headers["List-Unsubscribe-Post"]).toBe("List-Unsubscribe=One-Click");
    expect(mail!.headers["List-Unsubscribe"]).toContain(`<${portal.config.origin}/unsubscribe/`);
    const [link] = /https?:\S+\/unsubscribe\/\S+/.exec(mail!.text)!;
    expect(mail!.headers["List-Unsubscribe"]).toContain(`<${link}>`);
    expect(mail!.html).toContain(`href="${link}"`);
    const page = await portal.browser().post(new URL(link).pathname, { "List-Unsubscribe": "One-Click" });
    expect([page.status, readChoices(portal, accountOf(portal)).alertEmail]).toEqual([200, false]);
    const [text] = textsOf(portal);
    expect(text).toMatch(/^SMENO : un remboursement .* STOP /);
    expect(text).toSatisfy(isOneMessage);
    expect(text).not.toMatch(/1234|\d{2}|http|€/);
  });

  test("names with signs of HTML do no harm", async () => {
    const portal = await portalOf();
    portal.db.$client.prepare("UPDATE members SET first_names = '<b>A&\ue001' WHERE member_id = ?").run(alice);
    await pay(portal, { paiement_id: "N1" });
    expect(mailsOf(portal)[0]!.html).toContain("&lt;b&gt;A&amp;\ue001");
  });

  test.each<[string, Row]>([
    ["of nothing", { montant_cents: 0 }],
    ["taken back", { montant_cents: -100 }],
    ["rejected", { statut: "rejete" }],
    ["cancelled", { statut: "annule" }],
    ["to a third party", { destinataire: "professionnel" }],
    ["of 31 days ago", { date_mandat: "2026-10-23" }],
    ["of somebody who did not ask", { personne_id: "P0002" }],
  ])("%s is not told", async (_what, more) => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    expect((await pay(portal, { paiement_id: "N1", ...more })).alerts).toBe(0);
    expect([queueOf(portal, "mails"), queueOf(portal, "texts"), waiting(portal)]).toEqual([[], [], 0]);
  });

  test("that arrives after the switch is told though it is dated before it, by 30 days at most", async () => {
    const portal = await portalOf();
    expect((await pay(portal, { paiement_id: "N1", date_mandat: "2026-10-24" })).alerts).toBe(1);
    expect((await pay(portal, { paiement_id: "N2", date_mandat: "2026-10-23" })).alerts).toBe(0);
  });

  test("that had arrived before the switch is not told when a new version of it comes", async () => {
    const portal = await portalOf({ alertEmail: false });
    expect((await pay(portal, { paiement_id: "N1" })).alerts).toBe(0);
    choose(portal, { alertEmail: true });
    expect((await pay(portal, { paiement_id: "N1", version: 2, ref_decompte: "R2" })).alerts).toBe(0);
  });

  test("is told once: not by the same file again, nor by a new version of it", async () => {
    const portal = await portalOf();
    const again: number[] = [];
    for (const version of [1, 1, 2])
      again.push((await pay(portal, { paiement_id: "N1", version, ref_decompte: `R${version}` })).alerts);
    expect(again).toEqual([1, 0, 0]);
    expect((await pay(portal, { paiement_id: "N1", version: 3, montant_cents: 2500 })).alerts).toBe(0);
    expect(queueOf(portal, "mails")).toHaveLength(1);
  });

  test("that becomes payable is told then, and the third time it does not once more", async () => {
    const portal = await portalOf();
    const alerts: number[] = [];
    for (const [version, statut] of ["rejete", "emis", "rejete", "emis"].entries())
      alerts.push((await pay(portal, { paiement_id: "N1", version: version + 1, statut })).alerts);
    expect(alerts).toEqual([0, 1, 0, 0]);
  });

  test("of an account that is blocked, or of a mobile that is not proven, is not told", async () => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    portal.db.$client.exec("UPDATE accounts SET mobile_verified_at = NULL");
    expect((await pay(portal, { paiement_id: "N1" })).alerts).toBe(1);
    portal.db.$client.exec("UPDATE accounts SET mobile_verified_at = 1, mobile = '+22501234567'");
    expect((await pay(portal, { paiement_id: "N2" })).alerts).toBe(1);
    portal.db.$client.exec("UPDATE accounts SET status = 'frozen'");
    expect((await pay(portal, { paiement_id: "N3" })).alerts).toBe(0);
  });

  test("by a dry run is counted and not told", async () => {
    const portal = await portalOf();
    const path = join(portal.dataDir, "paiements_20261123080000_1.csv");
    writeFileSync(path, csv([paid({ paiement_id: "N1" })]));
    expect((await importing(portal, { paths: [path], dryRun: true })).alerts).toBe(1);
    expect(queueOf(portal, "mails")).toEqual([]);
    expect((await importing(portal, { paths: [path] })).alerts).toBe(1);
  });
});

describe("history", () => {
  const feed = (portal: Portal, sequence: number, source: string, payments: Row[]) => {
    const content = csv(payments.map((more) => paid(more)));
    const [folder, name] = [join(portal.dataDir, `feed${++files}`), `paiements_20261123080000_${sequence}.csv`];
    const listed = [{ name, rows: payments.length, sha256: sha256(content) }];
    mkdirSync(folder);
    writeFileSync(join(folder, name), content);
    writeFileSync(join(folder, "manifest.json"), JSON.stringify({ sequence, mode: "delta", source, files: listed }));
    return importing(portal, { paths: [folder] });
  };

  test("of the first feed of a source is not told; its next one is", async () => {
    const portal = await portalOf();
    expect((await feed(portal, 1, "new", [{ paiement_id: "N1" }])).alerts).toBe(0);
    expect(await feed(portal, 1, "new", [{ paiement_id: "N1" }])).toMatchObject({ alerts: 0, unchanged: 1 });
    expect((await feed(portal, 2, "new", [{ paiement_id: "N2" }])).alerts).toBe(1);
  });

  test("of a source whose first feeds had no payment is not told; its next one is", async () => {
    const portal = await portalOf();
    expect((await feed(portal, 1, "new", [])).alerts).toBe(0);
    expect((await feed(portal, 2, "new", [{ paiement_id: "N1" }])).alerts).toBe(0);
    expect((await feed(portal, 3, "new", [{ paiement_id: "N2" }])).alerts).toBe(1);
  });

  test("of a base that had no payment is not told", async () => {
    const portal = await portalOf();
    portal.db.$client.exec("DELETE FROM data_freshness WHERE entity = 'paiements'");
    expect((await pay(portal, { paiement_id: "N1" })).alerts).toBe(0);
    expect((await pay(portal, { paiement_id: "N2" })).alerts).toBe(1);
  });
});

describe("many", () => {
  const ids = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({ paiement_id: `M${from + index}` }));

  test("three of an import are three messages, four are one that lists them", async () => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    expect((await pay(portal, ...ids(3))).alerts).toBe(6);
    const other = await portalOf({ alertEmail: true, alertSms: true });
    expect((await pay(other, ...ids(4))).alerts).toBe(2);
    expect(mailsOf(other)[0]!.subject).toBe("4 nouveaux remboursements");
    expect(mailsOf(other)[0]!.text.match(/19,00\u00a0€/g)).toHaveLength(4);
    expect(textsOf(other)[0]).toContain("4 remboursements");
  });

  test("the fourth of a day waits for the next, and goes with the fifth in one message at eight", async () => {
    const portal = await portalOf();
    const alerts: number[] = [];
    for (const [index] of [1, 2, 3, 4, 5].entries()) alerts.push((await pay(portal, ...ids(1, index))).alerts);
    expect(alerts).toEqual([1, 1, 1, 0, 0]);
    portal.setTime(Date.parse("2026-11-23T20:59:59+01:00"));
    await queueLeftAlerts(portal);
    expect(queueOf(portal, "mails")).toHaveLength(3);
    portal.advance({ seconds: 1 });
    await queueLeftAlerts(portal);
    const mails = mailsOf(portal);
    expect(mails.map(({ subject }) => subject).at(-1)).toBe("2 nouveaux remboursements");
    expect(queueOf(portal, "mails").at(-1)!.due).toBe(Date.parse("2026-11-24T08:00:00+01:00") / 1000);
    await queueLeftAlerts(portal);
    expect(queueOf(portal, "mails")).toHaveLength(4);
  });

  test("what comes in the evening is of the day of the night after: at −1 s, 0 and +1 s of 21:00", async () => {
    for (const [time, messages] of [
      ["20:59:59", 5],
      ["21:00:00", 3],
      ["21:00:01", 3],
    ] as const) {
      const portal = await portalOf();
      portal.setTime(Date.parse(`2026-11-23T${time}+01:00`));
      await pay(portal, ...ids(2));
      portal.setTime(Date.parse("2026-11-24T00:45:00+01:00"));
      await pay(portal, ...ids(3, 2));
      expect([time, queueOf(portal, "mails").length]).toEqual([time, messages]);
    }
  });

  test("a correction whose parts come by two imports of a day is told by its net", async () => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    expect((await pay(portal, { paiement_id: "N1", montant_cents: -1900 })).alerts).toBe(0);
    expect((await pay(portal, { paiement_id: "N2", montant_cents: 1550 })).alerts).toBe(0);
    expect((await pay(portal, { paiement_id: "N3", montant_cents: 1000 })).alerts).toBe(2);
    expect(mailsOf(portal).at(-1)!.text).toMatch(/6,50\u00a0€/);
  });

  test("more than twenty are counted", async () => {
    const portal = await portalOf();
    await pay(portal, ...ids(23));
    expect(mailsOf(portal)[0]!.text).toContain("Et 3 autres.");
  });

  test("a correction is told by its net", async () => {
    const portal = await portalOf();
    await pay(portal, { paiement_id: "N1" });
    const { alerts } = await pay(
      portal,
      { paiement_id: "N2", montant_cents: -1900 },
      { paiement_id: "N3", montant_cents: 2550 },
    );
    expect(alerts).toBe(1);
    expect(mailsOf(portal).at(-1)!.text).toMatch(/6,50\u00a0€[\s\S]*correction/);
    expect(
      (await pay(portal, { paiement_id: "N4", montant_cents: -2550 }, { paiement_id: "N5", montant_cents: 1550 }))
        .alerts,
    ).toBe(0);
    expect(waiting(portal)).toBe(0);
  });
});

describe("quiet hours", () => {
  test.each([
    ["20:59:59", "2026-11-23T20:59:59"],
    ["21:00:00", "2026-11-24T08:00:00"],
    ["21:00:01", "2026-11-24T08:00:00"],
  ])("what is imported at %s is due at %s", async (time, due) => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    portal.setTime(Date.parse(`${today}T${time}+01:00`));
    expect((await pay(portal, { paiement_id: "N1" })).alerts).toBe(2);
    const found = [...queueOf(portal, "mails"), ...queueOf(portal, "texts")].map((sent) => sent.due);
    expect(found).toEqual(Array(2).fill(Date.parse(`${due}+01:00`) / 1000));
  });

  test("who turns alerts off in the night, or is blocked, is not told in the morning", async () => {
    const portal = await portalOf({ alertEmail: true, alertSms: true });
    portal.setTime(Date.parse(`${today}T22:00:00+01:00`));
    await pay(portal, { paiement_id: "N1" });
    choose(portal, { alertSms: false });
    expect([queueOf(portal, "mails").length, queueOf(portal, "texts").length]).toEqual([1, 0]);
    choose(portal, { alertSms: true });
    await queueAlerts(portal);
    expect(queueOf(portal, "texts")).toEqual([]);
    freezeAccount(portal, alice, { actor: "member", by: "session" });
    expect(queueOf(portal, "mails")).toEqual([]);
  });
});

describe("an import that was killed", () => {
  test("one that has ended may still be telling: the server takes over ten minutes later, not a second before", async () => {
    const portal = await portalOf();
    await killedAfter(portal, "N1");
    const left = async () => {
      await queueLeftAlerts(portal);
      return queueOf(portal, "mails").length;
    };
    const counts = [await left()];
    portal.advance({ seconds: 599 });
    counts.push(await left());
    portal.advance({ seconds: 1 });
    counts.push(await left());
    expect(counts).toEqual([0, 0, 1]);
  });

  test("one that was killed has ended once its source has begun another", async () => {
    const portal = await portalOf();
    portal.db.$client
      .prepare("INSERT INTO feed_runs (mode, started_at) VALUES ('delta', ?)")
      .run(seconds(portal.clock));
    await killedAfter(portal, "N1");
    portal.advance({ minutes: 10 });
    await queueLeftAlerts(portal);
    expect([queueOf(portal, "mails").length, waiting(portal)]).toEqual([1, 0]);
  });

  test("between the payment and its message leaves it to the server, six hours later, or to the next import", async () => {
    const portal = await portalOf();
    portal.db.$client
      .prepare("INSERT INTO feed_runs (source, sequence, mode, started_at) VALUES ('other', 1, 'delta', ?)")
      .run(seconds(portal.clock));
    await killedAfter(portal, "N1");
    await queueLeftAlerts(portal);
    expect([queueOf(portal, "mails").length, waiting(portal)]).toEqual([0, 1]);
    portal.advance({ hours: 6 });
    await queueLeftAlerts(portal);
    expect([queueOf(portal, "mails").length, waiting(portal)]).toEqual([1, 0]);
    await killedAfter(portal, "N2");
    expect((await pay(portal, { paiement_id: "N3" })).alerts).toBe(2);
  });

  /** What a run leaves that ends right after the transaction of a payment. */
  async function killedAfter(portal: Portal, paymentId: string) {
    const path = join(portal.dataDir, `paiements_20261123080000_${++files}.csv`);
    writeFileSync(path, csv([paid({ paiement_id: paymentId })]));
    const { db, seal, clock, dataDir } = portal;
    await importFeed(
      {
        ...{ db, seal, clock, invite: () => false, identityChanged: () => {}, changeAnswered: () => {} },
        alerting: () => ({ watchPayments: () => watchPayments({ db, clock }), queueAlerts: async () => 0 }),
      },
      { paths: [path], inbox: join(dataDir, "inbox"), rejectsDir: join(dataDir, "rejects") },
    );
  }

  test("tells nobody twice, nor of a payment that was rejected meanwhile, nor who no longer wants it", async () => {
    const portal = await portalOf();
    await killedAfter(portal, "N1");
    await Promise.all([queueAlerts(portal), queueAlerts(portal)]);
    expect(queueOf(portal, "mails")).toHaveLength(1);
    await killedAfter(portal, "N2");
    portal.db.$client.exec("UPDATE payments SET status = 'rejete' WHERE payment_id = 'N2'");
    expect([await queueAlerts(portal), waiting(portal)]).toEqual([0, 0]);
    await killedAfter(portal, "N3");
    write(portal.db, () => choose(portal, { alertEmail: false }));
    expect([await queueAlerts(portal), waiting(portal)]).toEqual([0, 0]);
  });
});

test.each(["fr", "en"] as const)("a text in %s is one message, whatever the mutual is called", async (language) => {
  const { config } = await startPortal();
  for (const name of ["SMENO", "Société mutualiste des étudiants du Nord-Ouest", "Ελληνική ένωση ασφαλισμένων"]) {
    for (const count of [1, 4, 1000]) {
      const text = alertText({ organisation: { ...config.organisation, name } }, language, count);
      expect(text).toSatisfy(isOneMessage);
      expect(text).toMatch(/STOP/);
      expect(text).toMatch(/\.$/);
    }
  }
});
