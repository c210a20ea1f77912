import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { finalAnswers } from "../../domain/stopped-mails.ts";
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
  expect((await admin.post(urls.staffMailRetry, { all: "on" })).location).toBe(`${urls.staffMail}?retried=2`);
  expect(states(portal)).toEqual([
    ["dead", finalAnswers.length],
    ["queued", 3],
  ]);
});

test("odd values are malformed, and queue nothing", async () => {
  const portal = await startPortal();
  addMails(portal, "dead", 1, "550 no");
  const admin = await portal.staffBrowser("admin");
  for (const fields of [{}, { mail: "x" }, { mail: "1e3" }, { all: "yes" }, { mail: "9".repeat(20) }])
    expect([fields, (await admin.post(urls.staffMailRetry, fields as Record<string, string>)).status]).toEqual([
      fields,
      400,
    ]);
  for (const query of ["?after=x", "?after=1", "?retried=-1"])
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
  const admin = await portal.staffBrowser("admin");
  await admin.get(urls.staffMail);
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
  const started = performance.now();
  for (let round = 0; round < 10; round++) await admin.get(urls.staffMail);
  expect((performance.now() - started) / 10).toBeLessThan(50);
});
