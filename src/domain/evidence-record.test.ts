import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { textOfPdf } from "../../test/kit/pdf-text.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { write } from "../platform/database.ts";
import { renderPdf } from "../platform/pdf.ts";
import { mails } from "../platform/schema.ts";
import { record } from "./evidence.ts";
import { evidenceDocument } from "./evidence-document.ts";
import { evidenceRecord } from "./evidence-record.ts";
import { copyOfMail } from "./mail-copies.ts";
import { mailQueue } from "./mail-queue.ts";
import { queueMail } from "./outbox.ts";

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
      record(portal, {
        kind: "mail.sent",
        memberId: mail.memberId ?? undefined,
        actor: "system",
        details: { messageId: mail.messageId, answer: "250 2.0.0 Ok", contentSha256: sha256 },
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
  expect(verification).toMatchObject({ brokenAt: undefined, isSealed: true });
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
    journal: { row: facts.at(-1)!.row, isSameContent: true },
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
