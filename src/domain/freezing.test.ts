import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { closeCase, listCases, openCase, readCase } from "./cases.ts";
import { freezeAccount, reviewIdentity } from "./freezing.ts";

const alicesMail = "alice@demo.example";
const statusOf = (portal: Portal) =>
  portal.db.$client.prepare("SELECT status FROM accounts WHERE member_id = 'P0001'").pluck().get();
const kindsTo = (portal: Portal) => portal.mailsTo(alicesMail).map(({ kind }) => kind);

test("1.5 another identity in the feed freezes the account, opens a case and tells the member; once", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  expect(reviewIdentity(portal, "P0001", ["birth date"])).toBe(true);
  expect(reviewIdentity(portal, "P0001", ["birth date"])).toBe(false);
  expect(statusOf(portal)).toBe("frozen");
  expect((await alice.get("/dashboard")).location).toMatch(/^\/login/);
  expect(readCase(portal, 1)).toMatchObject({
    kind: "identity_check",
    memberId: "P0001",
    content: { changed: ["birth date"] },
  });
  const told = portal.mailsTo(alicesMail).filter(({ kind }) => kind === "account.frozen");
  expect(told).toHaveLength(1);
  expect(told[0]!.text).toMatch(/a changé dans\snos fichiers/);
  expect(told[0]!.text).not.toMatch(/\b\d{13}/);
  expect(listCases(portal, { closedToo: true })).toHaveLength(1);
});

test("1.5 somebody without an account, or whose account is not open, is left alone", async () => {
  const portal = await startPortal();
  expect(reviewIdentity(portal, "P0004", ["birth date"])).toBe(false);
  expect(reviewIdentity(portal, "nobody", ["birth date"])).toBe(false);
  for (const status of ["unconfirmed", "awaiting_guardian", "frozen"]) {
    portal.db.$client.prepare("UPDATE accounts SET status = ? WHERE member_id = 'P0001'").run(status);
    expect(reviewIdentity(portal, "P0001", ["birth date"])).toBe(false);
    expect(statusOf(portal)).toBe(status);
  }
  expect(listCases(portal, { closedToo: true })).toEqual([]);
});

test("a freeze that cannot be told in full does not happen at all", async () => {
  const portal = await startPortal();
  const seal = {
    ...portal.seal,
    seal: () => {
      throw new Error("no key");
    },
  };
  expect(() => freezeAccount({ ...portal, seal }, "P0001", { actor: "staff", by: "staff" })).toThrow("no key");
  expect(statusOf(portal)).toBe("active");
  expect(portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE kind = 'account.frozen'").pluck().get()).toBe(
    0,
  );
});

test("a case open already goes on when the account is frozen; a closed one does not come back", async () => {
  const portal = await startPortal();
  const open = () =>
    portal.db.$client.transaction(() => openCase(portal, { kind: "lost", memberId: "P0001", content: {} }))();
  expect(open()).toBe(1);
  expect(closeCase(portal, 1, "Rien d’anormal.").ok).toBe(true);
  expect(open()).toBe(2);
  expect(freezeAccount(portal, "P0001", { actor: "staff", by: "staff" })).toBe(2);
});

test("4.8 a case is closed once, with its date and its result, and the member is told in their language", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE accounts SET language = 'en' WHERE member_id = 'P0001'");
  portal.db.$client.transaction(() => openCase(portal, { kind: "phishing", memberId: "P0001", content: {} }))();
  portal.advance({ days: 2 });
  expect(closeCase(portal, 1, "Aucun accès par un tiers. $t(login:title) {{phone}} <b>")).toEqual({
    ok: true,
    value: { told: true },
  });
  expect(closeCase(portal, 1, "Autre chose")).toEqual({ ok: false, fault: "closed" });
  expect(closeCase(portal, 2, "Autre chose")).toEqual({ ok: false, fault: "unknown" });
  expect(readCase(portal, 1)).toMatchObject({
    closedAt: portal.clock() / 1000,
    result: expect.stringMatching(/^Aucun accès/),
  });
  const [mail, ...more] = portal.mailsTo(alicesMail).filter(({ kind }) => kind === "case.closed");
  expect(more).toEqual([]);
  expect(mail!.subject).toBe("Case no. 1: the result");
  expect(mail!.text.replace(/\s+/g, " ")).toMatch(
    /opened on 23 November 2026 at [\d:]+ and closed on 25 November 2026 at/,
  );
  expect(mail!.text).toContain("Aucun accès par un tiers. $t(login:title) {{phone}} <b>");
  expect(mail!.html).toContain("&lt;b&gt;");
});

test("a case about nobody known is closed without a mail; one of a deleted account tells the address on file", async () => {
  const portal = await startPortal();
  const mails = () => portal.db.$client.prepare("SELECT count(*) FROM mails WHERE kind = 'case.closed'").pluck().get();
  portal.db.$client.transaction(() => {
    openCase(portal, { kind: "lost", content: {} });
    openCase(portal, { kind: "lost", memberId: "P0004", content: {} });
  })();
  expect(closeCase(portal, 1, "Inconnu.")).toEqual({ ok: true, value: { told: false } });
  expect(mails()).toBe(0);
  expect(closeCase(portal, 2, "Fait.")).toEqual({ ok: true, value: { told: true } });
  expect(portal.mailsTo("david@demo.example").at(-1)?.kind).toBe("case.closed");
  expect(kindsTo(portal)).not.toContain("case.closed");
});
