import { describe, expect, test } from "vitest";
import { signInAs } from "../../test/kit/member.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { openBase } from "../platform/base.ts";
import { write } from "../platform/database.ts";
import { urls } from "../web/urls.ts";
import { isWhole, verifyEvidence } from "./evidence.ts";
import { currentNotices, listNotices, sendNotice } from "./notice-sending.ts";
import type { NoticeText } from "./notices.ts";
import { priorities } from "./priority-queue.ts";

const start = Date.parse("2026-12-05T22:00:00+01:00") / 1000;
const notice: NoticeText = {
  kind: "interruption",
  startsAt: start,
  endsAt: start + 8 * 3600,
  subject: { fr: "Travaux <b>la nuit</b>", en: "Work at night" },
  text: { fr: "Votre espace sera fermé.\n\nRien d’autre\nne change & c’est tout.", en: "Closed at night." },
};
const byOperator = { sentBy: "operator" };

function addAccounts(portal: Portal, count: number): void {
  const { $client } = portal.db;
  const person = $client.prepare(
    `INSERT INTO members (member_id, affiliate_number, birth_name, first_names, birth_date, is_affiliate, is_subscriber,
       version, digest)
     VALUES (?, ?, 'Dupont', 'Camille', '2004-05-06', 1, 0, 1, x'00')`,
  );
  const account = $client.prepare(
    `INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at)
     VALUES (?, ?, 'active', ?, ?, 1, 1)`,
  );
  write(portal.db, () => {
    for (let index = 0; index < count; index++) {
      person.run(`X${index}`, `X${index}`);
      account.run(`x${String(index).padStart(8, "0")}`, `X${index}`, `x${index}@example.fr`, index % 2 ? "en" : "fr");
    }
  });
}

const count = (portal: Portal, sql: string) => portal.db.$client.prepare<[], number>(sql).pluck().get();
const told = (portal: Portal) => [
  count(portal, "SELECT count(*) FROM notice_deliveries"),
  count(portal, "SELECT count(*) FROM mails WHERE kind = 'notice'"),
  count(portal, "SELECT count(*) FROM evidence WHERE kind = 'notice.told'"),
];

describe("8.3 a notice", () => {
  test("is kept once, and told to every account by a bulk mail in its language, with a proof for each", async () => {
    const portal = await startPortal();
    addAccounts(portal, 500);
    const all = count(portal, "SELECT count(*) FROM accounts WHERE status IN ('active', 'frozen')")!;
    const seen: number[] = [];
    const sent = await sendNotice(portal, notice, { ...byOperator, onProgress: (now) => seen.push(now.told) });
    expect(sent).toEqual({ noticeId: 1, toldNow: all, told: all, total: all });
    expect(told(portal)).toEqual([all, all, all]);
    expect(seen.at(-1)).toBe(all);
    expect(seen).toEqual(seen.toSorted((one, other) => one - other));
    expect(count(portal, `SELECT count(*) FROM mails WHERE kind = 'notice' AND priority = ${priorities.bulk}`)).toBe(
      all,
    );
    const [french] = portal.mailsTo("x0@example.fr");
    expect(french!.subject).toBe("Travaux <b>la nuit</b>");
    expect(french!.text).toContain("Du 5 décembre 2026 à 22:00 au 6 décembre 2026 à 06:00 (heure de Paris).");
    expect(french!.text).toContain("Rien d’autre\nne change & c’est tout.");
    expect(french!.html).toContain("Travaux &lt;b&gt;la nuit&lt;/b&gt;");
    expect(portal.mailsTo("x1@example.fr")[0]!.text).toContain("Closed at night.");
    expect(isWhole(verifyEvidence(portal))).toBe(true);
  });

  test("the same again tells nobody twice, and an account opened since is not told", async () => {
    const portal = await startPortal();
    const first = await sendNotice(portal, notice, byOperator);
    portal.advance({ minutes: 1 });
    const { $client } = portal.db;
    addAccounts(portal, 1);
    $client.prepare("UPDATE accounts SET activated_at = ? WHERE member_id = 'X0'").run(portal.clock() / 1000);
    const again = await sendNotice(portal, structuredClone(notice), { sentBy: "adviser@demo.example" });
    expect(again).toEqual({ ...first, toldNow: 0 });
    expect(told(portal)).toEqual([first.told, first.told, first.told]);
    expect(listNotices(portal)).toMatchObject([{ sentBy: "operator", told: first.told, total: first.total }]);
    await sendNotice(portal, { ...notice, kind: "change" }, byOperator);
    expect(listNotices(portal).map(({ noticeId }) => noticeId)).toEqual([2, 1]);
  });

  test("cut short at any moment it goes on, and two runs at once share the work", async () => {
    const portal = await startPortal();
    addAccounts(portal, 700);
    class Killed extends Error {}
    const killed = sendNotice(portal, notice, {
      ...byOperator,
      onProgress: () => {
        throw new Killed();
      },
    });
    await expect(killed).rejects.toThrow(Killed);
    const [begun] = told(portal);
    expect(begun).toBeGreaterThan(0);
    expect(begun).toBeLessThan(700);
    expect(listNotices(portal)[0]!.finishedAt).toBeNull();
    const other = openBase(portal.config);
    const runs = await Promise.all([
      sendNotice(portal, notice, byOperator),
      sendNotice({ ...portal, ...other }, notice, byOperator),
    ]);
    other.db.$client.close();
    const { total } = runs[0];
    expect(runs[0].toldNow + runs[1].toldNow + begun!).toBe(total);
    expect(told(portal)).toEqual([total, total, total]);
    expect(listNotices(portal)[0]!.finishedAt).not.toBeNull();
  });

  test("no proof is left of an account that ended, but in the journal", async () => {
    const portal = await startPortal();
    const { told: all } = await sendNotice(portal, notice, byOperator);
    portal.db.$client.exec("DELETE FROM accounts WHERE member_id = 'P0001'");
    expect(told(portal)).toEqual([all - 1, all, all]);
  });
});

describe("the banner of a notice", () => {
  test("is on each page of who is signed in and on that of the sign-in, in their language, until it ends: −1 s, 0", async () => {
    const portal = await startPortal();
    const before = await portal.browser().get("/login");
    expect(before.text).not.toContain("Travaux");
    await sendNotice(portal, notice, byOperator);
    const visitor = portal.browser();
    const french = (await visitor.get("/login")).text;
    expect(french).toContain("Interruption prévue\u00a0: Travaux &lt;b&gt;la nuit&lt;/b&gt;");
    expect(french).toContain("<p>Votre espace sera fermé.</p><p>Rien d’autre<br/>ne change &amp; c’est tout.</p>");
    expect((await visitor.get("/login?lang=en")).text).toContain("Planned interruption: Work at night");
    expect((await visitor.get("/help/credentials")).text).not.toContain("Work at night");
    const alice = await signInAs(portal, "P0001");
    for (const page of [urls.dashboard, urls.reimbursements, "/nowhere"])
      expect((await alice.get(page)).text).toContain("Travaux");
    portal.setTime((notice.endsAt - 1) * 1000);
    expect((await visitor.get("/login")).text).toContain("Work at night");
    portal.setTime(notice.endsAt * 1000);
    expect((await visitor.get("/login")).text).not.toContain("Work at night");
  });

  test("comes by itself when another process sends a notice, and two stand in their order", async () => {
    const portal = await startPortal();
    expect(currentNotices(portal)).toEqual([]);
    const other = openBase(portal.config);
    await sendNotice({ ...portal, ...other }, notice, byOperator);
    const sooner = { ...notice, startsAt: notice.startsAt - 3600 };
    await sendNotice({ ...portal, ...other }, sooner, byOperator);
    other.db.$client.close();
    expect(currentNotices(portal).map(({ noticeId }) => noticeId)).toEqual([2, 1]);
  });

  test("is kept from page to page: it is not read again while no other is sent", async () => {
    const portal = await startPortal();
    await sendNotice(portal, notice, byOperator);
    const [first] = currentNotices(portal);
    expect(first).toBeDefined();
    expect(currentNotices(portal)[0]).toBe(first);
    await sendNotice(portal, { ...notice, startsAt: notice.startsAt + 3600 }, byOperator);
    expect(currentNotices(portal)[0]).not.toBe(first);
  });
});
