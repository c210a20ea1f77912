import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { finalAnswers } from "../../domain/stopped-mails.ts";
import { stopTexts } from "../../domain/text-outbox.ts";
import { seconds } from "../../lib/clock.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";

const main = ({ document }: Page) => document.querySelector("main")!.textContent.replace(/\s+/g, " ");

/** Mails in a state, `count` of them. */
function addMails(
  portal: Portal,
  state: "queued" | "sent" | "dead",
  count: number,
  answer: string | null = null,
): void {
  const insert = portal.db.$client.prepare(
    `INSERT INTO mails (message_id, kind, recipient, language, content_sealed, state, queued_at, due_at, settled_at, answer)
     VALUES (?, 'password.reset', 'alice@demo.example', 'fr', zeroblob(2000), ?, 1, ?, ?, ?)`,
  );
  const now = Math.floor(portal.clock() / 1000);
  const settled = state === "queued" ? null : now - 10;
  write(portal.db, () => {
    for (let index = 0; index < count; index++) insert.run(`${state}${answer}${index}`, state, now, settled, answer);
  });
}
const states = ({ db }: Portal) =>
  db.$client.prepare("SELECT state, count(*) FROM mails WHERE kind = 'password.reset' GROUP BY state").raw().all();

test("the queue by state and subject, the server's answers, the dead without their address", async () => {
  const portal = await startPortal();
  addMails(portal, "queued", 3, "450 4.2.1 <alice@demo.example> greylisted");
  addMails(portal, "dead", 2, "550 5.1.1 <alice@demo.example>: no such user");
  addMails(portal, "sent", 4, "250 OK");
  const admin = await portal.staffBrowser("admin");
  const page = await admin.get(urls.staffMail);
  for (const words of [
    "550 5.1.1 <a***@d***>: no such user",
    "450 4.2.1 <a***@d***> greylisted",
    "250 OK",
    "Envoyés depuis 24 heures : 4",
  ])
    expect(main(page).replaceAll("\u00a0", " ")).toContain(words);
  expect(page.text).not.toContain("alice@demo.example");
  expect(main(page)).toContain("abandonné");
});

test("one is queued again, then all; never those of deleted accounts or of addresses that bounce", async () => {
  const portal = await startPortal();
  addMails(portal, "dead", 3, "550 no");
  for (const answer of finalAnswers) addMails(portal, "dead", 1, answer);
  const admin = await portal.staffBrowser("admin");
  const page = await admin.get(urls.staffMail);
  const buttons = [...page.document.querySelectorAll('button[name="mail"]')];
  expect(buttons).toHaveLength(3);
  const mail = buttons[0]!.getAttribute("value")!;
  const one = await admin.post(urls.staffMailRetry, { mail });
  expect(one.location).toBe(`${urls.staffMail}?retried=1`);
  expect((await admin.post(urls.staffMailRetry, { mail })).location).toBe(`${urls.staffMail}?retried=0`);
  expect(main(await admin.get(`${urls.staffMail}?retried=0`))).toContain("n’est plus parmi ceux qui ont échoué");
  expect((await admin.post(urls.staffMailRetry, { all: "mails" })).location).toBe(`${urls.staffMail}?retried=2`);
  expect(states(portal)).toEqual([
    ["dead", finalAnswers.length],
    ["queued", 3],
  ]);
});

test("odd values are malformed, and queue nothing", async () => {
  const portal = await startPortal();
  addMails(portal, "dead", 1, "550 no");
  const admin = await portal.staffBrowser("admin");
  for (const fields of [{}, { mail: "x" }, { mail: "1e3" }, { all: "on" }, { mail: "9".repeat(20) }])
    expect([fields, (await admin.post(urls.staffMailRetry, fields as Record<string, string>)).status]).toEqual([
      fields,
      400,
    ]);
  for (const query of ["?mails=x", "?texts=1", "?retried=-1"])
    expect([query, (await admin.get(urls.staffMail + query)).status]).toEqual([query, 400]);
  expect(states(portal)).toEqual([["dead", 1]]);
});

test("the dead go on by pages", async () => {
  const portal = await startPortal();
  addMails(portal, "dead", 60, "550 no");
  const admin = await portal.staffBrowser("admin");
  const first = await admin.get(urls.staffMail);
  expect(first.document.querySelectorAll('button[name="mail"]')).toHaveLength(50);
  const older = [...first.document.querySelectorAll("main a")].find(
    ({ textContent }) => textContent === "Plus ancien",
  )!;
  expect((await admin.get(older.getAttribute("href")!)).document.querySelectorAll('button[name="mail"]')).toHaveLength(
    10,
  );
});

test("whatever was sent before, the page reads by index", async () => {
  const portal = await startPortal();
  addMails(portal, "sent", 20_000, "250 OK");
  addMails(portal, "dead", 5, "550 no");
  const plan = (sql: string) =>
    (portal.db.$client.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[])
      .map(({ detail }) => detail)
      .join();
  expect(plan("SELECT state, kind, count(*) FROM mails WHERE state <> 'sent' GROUP BY state, kind")).toContain(
    "COVERING INDEX mails_not_sent",
  );
  expect(
    plan(
      "SELECT mail_id FROM mails WHERE state = 'dead' AND (settled_at, mail_id) < (9, 9) ORDER BY settled_at DESC, mail_id DESC LIMIT 9",
    ),
  ).toContain("mails_dead");
});

describe("text messages", () => {
  const admin = "admin@demo.example";
  const addText = (portal: Portal, answer: string, state = "dead", delivery: string | null = null): number => {
    const now = seconds(portal.clock);
    const content = portal.seal.seal("texts.content", JSON.stringify({ text: "Code : 123456" }));
    const { lastInsertRowid } = portal.db.$client
      .prepare(
        `INSERT INTO texts (message_id, kind, member_id, recipient, content_sealed, state, queued_at, due_at, settled_at,
           answer, delivery, delivered_at)
         VALUES (?, 'change.code', 'P0001', '+33612345678', ?, ?, 1, ?, ?, ?, ?, ?)`,
      )
      .run(`t${answer}${state}`, content, state, now, now - 10, answer, delivery, delivery && now - 5);
    return Number(lastInsertRowid);
  };
  const stateOf = ({ db }: Portal, id: number) =>
    db.$client.prepare("SELECT state, attempts FROM texts WHERE text_id = ?").raw().get(id);
  const factsOf = ({ db }: Portal) =>
    db.$client
      .prepare<[], { kind: string; actor: string; memberId: string | null; details: string }>(
        `SELECT kind, actor, member_id AS memberId, details FROM evidence WHERE kind IN ('mail.retried', 'text.retried')
         ORDER BY sequence`,
      )
      .all()
      .map(({ details, ...fact }) => ({ ...fact, ...(JSON.parse(details) as object) }));

  test("given up are shown without their number, and queued again one or all, with the trace of who did", async () => {
    const portal = await startPortal();
    const [first, second] = [addText(portal, "400", "dead", "failed"), addText(portal, "401")];
    for (const answer of finalAnswers) addText(portal, answer);
    const browser = await portal.staffBrowser("admin");
    const page = await browser.get(urls.staffMail);
    expect(main(page)).toContain("+33***78");
    expect(page.text).not.toContain("612345678");
    expect(page.document.querySelectorAll('button[name="text"]')).toHaveLength(2);
    const one = await browser.post(urls.staffMailRetry, { text: String(first) });
    expect([one.location, stateOf(portal, first)]).toEqual([`${urls.staffMail}?retried=1`, ["queued", 0]]);
    expect((await browser.post(urls.staffMailRetry, { text: String(first) })).location).toContain("retried=0");
    expect((await browser.post(urls.staffMailRetry, { all: "texts" })).location).toContain("retried=1");
    expect(stateOf(portal, second)).toEqual(["queued", 0]);
    expect(portal.db.$client.prepare("SELECT count(*) FROM texts WHERE delivery IS NOT NULL").pluck().get()).toBe(0);
    expect(factsOf(portal)).toEqual([
      {
        kind: "text.retried",
        actor: "staff",
        memberId: "P0001",
        messageId: "t400dead",
        text: "change.code",
        staff: admin,
      },
      {
        kind: "text.retried",
        actor: "staff",
        memberId: "P0001",
        messageId: "t401dead",
        text: "change.code",
        staff: admin,
      },
    ]);
  });

  test("of an account that ends are over, those given up too", async () => {
    const portal = await startPortal();
    const id = addText(portal, "400");
    write(portal.db, () => stopTexts(portal, "P0001"));
    const browser = await portal.staffBrowser("admin");
    expect((await browser.post(urls.staffMailRetry, { text: String(id) })).location).toContain("retried=0");
    expect((await browser.post(urls.staffMailRetry, { all: "texts" })).location).toContain("retried=0");
    expect(stateOf(portal, id)).toEqual(["dead", 0]);
  });

  test("that a phone never received are told, with the moment", async () => {
    const portal = await startPortal();
    const browser = await portal.staffBrowser("admin");
    const section = ({ document }: Page) =>
      [...document.querySelectorAll("h3")].at(-1)!.nextElementSibling!.textContent.replace(/\s+/g, " ");
    addText(portal, "200", "sent", "delivered");
    expect(section(await browser.get(urls.staffMail))).toBe("Rien.");
    // One whose sending is not settled yet has no moment to tell.
    addText(portal, "", "queued", "failed");
    portal.db.$client.exec("UPDATE texts SET settled_at = NULL WHERE state = 'queued'");
    expect(section(await browser.get(urls.staffMail))).toBe("Rien.");
    addText(portal, "202", "sent", "failed");
    const shown = await browser.get(urls.staffMail);
    expect(section(shown)).toContain("+33***78");
    expect(section(shown)).not.toContain("612345678");
  });

  test("a mail queued again leaves its trace, and its reader finds it in the activity of the account", async () => {
    const portal = await startPortal();
    addMails(portal, "dead", 1, "550 no");
    portal.db.$client.exec("UPDATE mails SET member_id = 'P0001' WHERE kind = 'password.reset'");
    const browser = await portal.staffBrowser("admin");
    const mail = (await browser.get(urls.staffMail)).document.querySelector('button[name="mail"]')!;
    await browser.post(urls.staffMailRetry, { mail: mail.getAttribute("value")! });
    expect(factsOf(portal)).toMatchObject([{ kind: "mail.retried", mail: "password.reset", staff: admin }]);
    const alice = portal.browser();
    await alice.signIn("alice");
    const activity = await alice.get(urls.accountActivity);
    expect(main(activity)).toContain("un nouvel essai a été demandé");
    expect(activity.text).not.toContain(admin);
  });
});
