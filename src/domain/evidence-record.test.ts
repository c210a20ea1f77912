import { createHash } from "node:crypto";
import { eq } from "drizzle-orm";
import { describe, expect, test } from "vitest";
import { textOfPdf } from "../../test/kit/pdf-text.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { seconds } from "../lib/clock.ts";
import { write } from "../platform/database.ts";
import { renderPdf } from "../platform/pdf.ts";
import { mails } from "../platform/schema.ts";
import { publishCharter } from "./charter-publishing.ts";
import { mailCommand } from "./cli-mail.ts";
import { isWhole, record, verifyEvidence } from "./evidence.ts";
import { evidenceDocument } from "./evidence-document.ts";
import { evidenceRecord } from "./evidence-record.ts";
import { copyOfMail } from "./mail-copies.ts";
import { recordMail } from "./mail-facts.ts";
import { mailFaults } from "./mail-proof.ts";
import { mailQueue } from "./mail-queue.ts";
import { queueMail } from "./outbox.ts";
import { purge } from "./purge.ts";
import { leaseSeconds } from "./sending-queue.ts";

/** A mail to Alice, sent, with its fact as the worker writes it. */
function sendMail(portal: Portal, text: string): void {
  const body = { subject: `À propos de ${text}`, text, html: `<p>${text}</p>` };
  write(portal.db, () =>
    queueMail(portal, {
      kind: "test",
      memberId: "P0001",
      to: "alice@demo.example",
      language: "fr",
      body,
      urgent: true,
    }),
  );
  portal.advance({ seconds: 5 });
  const queue = mailQueue(portal.db, portal.clock);
  for (const mail of queue.claim(10)) {
    const { sha256 } = copyOfMail(portal, mail);
    queue.settle(mail, { outcome: "sent", answer: "250 2.0.0 Ok" }, () =>
      recordMail(portal, {
        ...mail,
        state: "sent",
        settledAt: seconds(portal.clock),
        answer: "250 2.0.0 Ok",
        contentSha256: sha256,
      }),
    );
  }
}

async function withHistory() {
  const portal = await startPortal();
  record(portal, {
    kind: "consent.given",
    memberId: "P0001",
    actor: "member",
    details: { list: "offers", channel: "preferences" },
  });
  record(portal, { kind: "session.started", memberId: "P0002", actor: "member", details: { label: "of Bob" } });
  sendMail(portal, "votre mot de passe");
  return portal;
}

test("10.2 the record holds the person's rows in order, each with its hashes, which anybody can compute again", async () => {
  const portal = await withHistory();
  const { facts, person, verification, consents, charterActs } = evidenceRecord(portal, "P0001");
  expect(person).toMatchObject({ memberId: "P0001", memberNumber: "10000001" });
  expect(facts.map(({ row }) => row)).toEqual(facts.map(({ row }) => row).sort((one, other) => one - other));
  const count = portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE member_id = 'P0001'").pluck().get();
  expect(facts).toHaveLength(count as number);
  for (const { row, at, kind, actor, details, previousHash, hash } of facts) {
    const text = JSON.stringify([row, at.seconds, kind, "P0001", actor, JSON.stringify(details)]);
    const computed = createHash("sha256").update(Buffer.from(previousHash, "hex")).update(text, "utf8").digest("hex");
    expect(computed).toBe(hash);
  }
  expect(verification).toMatchObject({ brokenAt: undefined, mails: [], charters: [] });
  const kindOf = (rows: number[]) => rows.map((number) => facts.find(({ row }) => row === number)?.kind);
  expect(kindOf(consents)).toEqual(["consent.given"]);
  expect(kindOf(charterActs)).toEqual(["charter.accepted"]);
});

test("10.2 each mail is there with its words, its times in Paris and in universal time, the answer and the hash", async () => {
  const portal = await withHistory();
  const { mails: copies, facts } = evidenceRecord(portal, "P0001");
  expect(copies.at(-1)).toMatchObject({
    recipient: "alice@demo.example",
    state: "sent",
    attempts: 1,
    queuedAt: { seconds: 1_795_420_800, utc: "2026-11-23T08:00:00Z", paris: "2026-11-23T09:00:00+01:00" },
    settledAt: { utc: "2026-11-23T08:00:05Z", paris: "2026-11-23T09:00:05+01:00" },
    answer: "250 2.0.0 Ok",
    content: { subject: "À propos de votre mot de passe", text: "votre mot de passe" },
    journal: { row: facts.at(-1)!.row, isSameContent: true, differences: [] },
  });
});

test("a mail whose words were changed after it was sent is told from one that was not", async () => {
  const portal = await withHistory();
  const altered = JSON.stringify({ subject: "Autre", text: "autre", html: "", headers: {} });
  portal.db
    .update(mails)
    .set({ contentSealed: portal.seal.seal("mails.content", altered) })
    .run();
  const record = evidenceRecord(portal, "P0001");
  expect(record.mails.at(-1)!.journal).toMatchObject({ isSameContent: false });
  expect(JSON.stringify(evidenceDocument(record, "fr").blocks)).toContain("changé depuis l’envoi");
});

describe("10.2 a mail altered after it was sent:", () => {
  const alter = (portal: Portal, change: string) =>
    portal.db.$client.exec(
      change.replace("LAST", "mail_id = (SELECT max(mail_id) FROM mails WHERE member_id = 'P0001')"),
    );

  test.each<[string, string, string[]]>([
    ["recipient", "UPDATE mails SET recipient = 'thief@elsewhere.example' WHERE LAST", ["recipient"]],
    ["answer", "UPDATE mails SET answer = '250 forged' WHERE LAST", ["answer"]],
    ["time", "UPDATE mails SET settled_at = settled_at - 86400 WHERE LAST", ["time"]],
    ["state", "UPDATE mails SET state = 'dead' WHERE LAST", ["state"]],
    ["person", "UPDATE mails SET member_id = 'P0002' WHERE LAST", ["person"]],
    [
      "state, as if it had never gone",
      "UPDATE mails SET state = 'queued', settled_at = NULL WHERE LAST",
      ["state", "time"],
    ],
    ["content", "UPDATE mails SET content_sealed = x'00' WHERE LAST", ["content"]],
    ["kind", "UPDATE mails SET kind = 'invitation' WHERE LAST", ["kind"]],
    ["queueing", "UPDATE mails SET queued_at = queued_at - 86400 WHERE LAST", ["queued"]],
    ["tries", "UPDATE mails SET attempts = attempts + 3 WHERE LAST", ["attempts"]],
  ])("its %s: verify finds it, and names the row and what differs", async (_what, change, differences) => {
    const portal = await withHistory();
    expect(isWhole(verifyEvidence(portal))).toBe(true);
    const { row } = evidenceRecord(portal, "P0001").mails.at(-1)!.journal!;
    alter(portal, change);
    const found = verifyEvidence(portal);
    expect(found).toMatchObject({ brokenAt: undefined, mails: [{ fault: "altered", row, differences }] });
    expect(isWhole(found)).toBe(false);
  });

  test("the record names what differs, and gives answer and time as the journal tells them", async () => {
    const portal = await withHistory();
    const before = evidenceRecord(portal, "P0001").mails.at(-1)!;
    alter(
      portal,
      "UPDATE mails SET recipient = 'thief@elsewhere.example', answer = '250 forged', settled_at = 5 WHERE LAST",
    );
    const record = evidenceRecord(portal, "P0001");
    const { answer, settledAt, journal } = record.mails.at(-1)!;
    expect([answer, settledAt]).toEqual([before.answer, before.settledAt]);
    expect(journal).toMatchObject({ isSameContent: true, differences: ["recipient", "time", "answer"] });
    const text = JSON.stringify(evidenceDocument(record, "en").blocks);
    expect(text).toContain('"term":"Altered since","value":"the recipient"');
    expect(text).toContain("not as the journal describes");
  });

  test("kind, queueing and tries are given as the journal tells them, and what differs is listed in both languages", async () => {
    const portal = await withHistory();
    const { kind, queuedAt, attempts } = evidenceRecord(portal, "P0001").mails.at(-1)!;
    alter(portal, "UPDATE mails SET kind = 'invitation', queued_at = 5, attempts = 9 WHERE LAST");
    const record = evidenceRecord(portal, "P0001");
    const mail = record.mails.at(-1)!;
    expect(mail).toMatchObject({ kind, queuedAt, attempts });
    expect(mail.journal?.differences).toEqual(["kind", "queued", "attempts"]);
    const altered = (language: "fr" | "en") =>
      evidenceDocument(record, language)
        .blocks.flatMap((block) => (block.kind === "definitions" ? block.items : []))
        .filter(({ term }) => term === (language === "fr" ? "Changé depuis" : "Altered since"))
        .map(({ value }) => value);
    expect(altered("en")).toEqual(["the kind of e-mail", "the moment it was queued", "the number of tries"]);
    expect(altered("fr")).toEqual(["le type d’e-mail", "le moment de la mise en file", "le nombre d’essais"]);
  });

  test("a fact of an earlier version that does not hold them accuses nothing", async () => {
    const portal = await withHistory();
    const [mail] = portal.db.select().from(mails).where(eq(mails.kind, "test")).all();
    const details = { messageId: mail!.messageId, answer: mail!.answer! };
    record(portal, { kind: "mail.sent", memberId: "P0001", actor: "system", details });
    alter(portal, "UPDATE mails SET kind = 'invitation', queued_at = 5, attempts = 9 WHERE LAST");
    expect(isWhole(verifyEvidence(portal))).toBe(true);
    expect(evidenceRecord(portal, "P0001").mails.at(-1)).toMatchObject({
      kind: "invitation",
      queuedAt: { seconds: 5 },
      attempts: 9,
    });
  });

  test("one that a late worker sent while another tried is told with the try that reached the server", async () => {
    const portal = await startPortal();
    const body = { subject: "Un", text: "Un", html: "<p>Un</p>" };
    const mail = { kind: "test", memberId: "P0001", to: "alice@demo.example", language: "fr", body } as const;
    write(portal.db, () => queueMail(portal, { ...mail, urgent: true }));
    const queue = mailQueue(portal.db, portal.clock);
    const [late] = queue.claim(1);
    portal.advance({ seconds: leaseSeconds });
    queue.claim(1);
    const answer = "250 ok";
    queue.settle(late!, { outcome: "sent", answer }, () =>
      recordMail(portal, {
        ...late!,
        state: "sent",
        settledAt: seconds(portal.clock),
        answer,
        contentSha256: copyOfMail(portal, late!).sha256,
      }),
    );
    expect(verifyEvidence(portal).mails).toEqual([]);
    expect(evidenceRecord(portal, "P0001").mails.at(-1)).toMatchObject({ state: "sent", attempts: 1 });
  });

  test("given to somebody else, it stays in the record of its person, and does not come into the other's", async () => {
    const portal = await withHistory();
    const { messageId } = evidenceRecord(portal, "P0001").mails.at(-1)!;
    alter(portal, "UPDATE mails SET member_id = 'P0002' WHERE LAST");
    const find = (memberId: string) =>
      evidenceRecord(portal, memberId).mails.find((mail) => mail.messageId === messageId);
    expect(find("P0001")?.journal?.differences).toEqual(["person"]);
    expect(find("P0002")).toBeUndefined();
  });

  test("removed, it is missing in the verification and in the record, until it is old enough to have been purged", async () => {
    const portal = await withHistory();
    alter(portal, "DELETE FROM mails WHERE LAST");
    const missing = () => verifyEvidence(portal).mails.map(({ fault }) => fault);
    expect(missing()).toEqual(["missing"]);
    const record = evidenceRecord(portal, "P0001");
    expect(record.missingMails).toMatchObject([
      {
        kind: "test",
        state: "sent",
        answer: "250 2.0.0 Ok",
        settledAt: { utc: "2026-11-23T08:00:05Z" },
        mayBePurged: false,
      },
    ]);
    expect(JSON.stringify(evidenceDocument(record, "en").blocks)).toContain("removed without right");
    const sentAt = record.missingMails[0]!.settledAt.seconds;
    const end = new Date(sentAt * 1000);
    end.setUTCFullYear(end.getUTCFullYear() + 5);
    portal.setTime(end.getTime() - 1000);
    expect(missing()).toEqual(["missing"]);
    portal.setTime(end.getTime());
    expect(missing()).toEqual([]);
    expect(evidenceRecord(portal, "P0001").missingMails).toMatchObject([{ mayBePurged: true }]);
  });

  test("purged by right, mails are no fault, nor are their facts, once emptied", async () => {
    const portal = await withHistory();
    portal.advance({ days: 5 * 366 });
    await purge(portal);
    expect(portal.db.$client.prepare("SELECT count(*) FROM mails WHERE kind = 'test'").pluck().get()).toBe(0);
    expect(isWhole(verifyEvidence(portal))).toBe(true);
  });

  test("one that the journal never told of is found", async () => {
    const portal = await withHistory();
    portal.db.$client.exec(`INSERT INTO mails (message_id, kind, member_id, recipient, language, content_sealed, queued_at,
      due_at, state, settled_at, answer) SELECT 'forged', kind, member_id, recipient, language, content_sealed, queued_at,
      due_at, state, settled_at, answer FROM mails WHERE kind = 'test'`);
    expect(verifyEvidence(portal).mails).toEqual([
      { fault: "untold", messageId: "forged", row: undefined, differences: [] },
    ]);
    const copy = evidenceRecord(portal, "P0001").mails.find(({ messageId }) => messageId === "forged");
    expect(copy?.journal).toBeUndefined();
  });

  test("a base of any size is compared by index", async () => {
    const portal = await withHistory();
    const plans: string[] = [];
    const spied = new Proxy(portal.db.$client, {
      get: (client, name) => {
        if (name !== "prepare") return Reflect.get(client, name).bind?.(client) ?? Reflect.get(client, name);
        return (sql: string) => {
          const plan = client.prepare<[], object>(`EXPLAIN QUERY PLAN ${sql.replace(/\?|@\w+/g, "0")}`).all();
          plans.push(...(plan as { detail: string }[]).map(({ detail }) => detail));
          return client.prepare(sql);
        };
      },
    });
    expect([...mailFaults({ ...portal, db: Object.assign(Object.create(portal.db), { $client: spied }) })]).toContain(
      undefined,
    );
    expect(plans.filter((plan) => /^SCAN/.test(plan))).toEqual(["SCAN CONSTANT ROW"]);
  });

  test("one given up, queued again by the operator and then sent is told twice, and is no fault", async () => {
    const portal = await withHistory();
    alter(portal, "UPDATE mails SET state = 'queued', settled_at = NULL, attempts = 24 WHERE LAST");
    // As if the server had refused it the first time.
    const retry = async () => {
      const queue = mailQueue(portal.db, portal.clock);
      for (const outcome of ["never", "sent"] as const) {
        for (const mail of queue.claim(1)) {
          const end = { ...mail, settledAt: seconds(portal.clock), answer: `told ${outcome}` };
          queue.settle(mail, { outcome, answer: end.answer }, () =>
            recordMail(portal, {
              ...end,
              state: outcome === "sent" ? "sent" : "dead",
              contentSha256: copyOfMail(portal, mail).sha256,
            }),
          );
        }
        expect(isWhole(verifyEvidence(portal))).toBe(true);
        if (outcome === "never") await mailCommand({ ...portal, print: () => {} } as never, ["retry"]);
        expect(isWhole(verifyEvidence(portal))).toBe(true);
      }
    };
    await retry();
    expect(evidenceRecord(portal, "P0001").mails.at(-1)).toMatchObject({ state: "sent", answer: "told sent" });
  });
});

describe("P6 a version of the charter that is not as the journal tells is found:", () => {
  const forge = (portal: Portal, sql: string) =>
    portal.db.$client.exec(
      `DROP TRIGGER charter_versions_never_change; DROP TRIGGER charter_versions_are_never_removed;
       DROP TRIGGER charter_versions_are_never_replaced; ${sql}`,
    );
  const sha = (text: string) => createHash("sha256").update(text).digest("hex");

  test.each([
    ["another text", "UPDATE charter_versions SET text = 'x' WHERE number = 5", [5]],
    [
      "another text with its hash",
      `UPDATE charter_versions SET text = 'x', sha256 = '${sha("x")}' WHERE number = 5`,
      [5],
    ],
    ["another day", "UPDATE charter_versions SET effective_on = '2030-01-01' WHERE number = 5", [5]],
    ["removed", "DELETE FROM charter_notices; DELETE FROM charter_versions WHERE number = 5", [5]],
    ["the delivered one", `UPDATE charter_versions SET text = 'x', sha256 = '${sha("x")}' WHERE number = 4`, [4]],
    ["one nobody published", `INSERT INTO charter_versions VALUES (6, '2026-01-01', 'x', '${sha("x")}', 0)`, [6]],
  ])("%s", async (_what, sql, charters) => {
    const portal = await startPortal();
    await publishCharter(portal, { number: 5, effectiveOn: "2027-01-01", text: "# Charte\n\nUn texte." });
    expect(isWhole(verifyEvidence(portal))).toBe(true);
    forge(portal, sql);
    const found = verifyEvidence(portal);
    expect([found.brokenAt, found.charters, isWhole(found)]).toEqual([undefined, charters, false]);
  });

  test("what was published is told for good", async () => {
    const portal = await startPortal();
    await publishCharter(portal, { number: 5, effectiveOn: "2027-01-01", text: "# Charte\n\nUn texte." });
    portal.advance({ days: 6 * 366 });
    await purge(portal);
    expect(isWhole(verifyEvidence(portal))).toBe(true);
  });
});

test("nobody else's rows and mails are in it", async () => {
  const portal = await withHistory();
  const text = JSON.stringify(evidenceRecord(portal, "P0001"));
  expect(text).not.toMatch(/P0002|of Bob|bob@demo\.example|david@demo\.example/);
});

test.each(["fr", "en"] as const)(
  "the document says in %s what the record holds, number by number",
  async (language) => {
    const portal = await withHistory();
    const record = evidenceRecord(portal, "P0001");
    const pdf = await renderPdf(evidenceDocument(record, language), { now: portal.clock(), id: "test" });
    const words = textOfPdf(pdf).replaceAll("\n", "");
    for (const part of [
      record.verification.head!.hash,
      record.mails.at(-1)!.sha256,
      "alice@demo.example",
      "250 2.0.0 Ok",
      "2026-11-23 09:00:05",
      "2026-11-23T08:00:05Z",
      "votre mot de passe",
      ...record.facts.flatMap(({ hash, previousHash }) => [hash, previousHash]),
    ])
      expect(words).toContain(part);
    expect(words).toContain(language === "fr" ? "jusqu’à sa fin scellée" : "to its sealed end");
    expect(words).not.toMatch(/undefined|\[object|\{\{/);
  },
);

test("the document of a broken journal says where, and that what follows proves nothing", async () => {
  const portal = await withHistory();
  portal.db.$client.exec("DROP TRIGGER evidence_keeps_its_rows; UPDATE evidence SET at = at + 1 WHERE sequence = 2");
  const record = evidenceRecord(portal, "P0001");
  expect(record.verification).toMatchObject({ brokenAt: 2, fault: "altered" });
  const text = JSON.stringify(evidenceDocument(record, "fr").blocks);
  expect(text).toMatch(/Il est rompu à la ligne 2\s: elle a été changée, déplacée ou ajoutée\./);
  expect(text).not.toContain("fin scellée");
});
