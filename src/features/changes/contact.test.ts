import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { findAccountHolder } from "../../domain/accounts.ts";
import { alertKind } from "../../domain/alert-stopping.ts";
import { openOutbound } from "../../domain/outbound.ts";
import { queueMail } from "../../domain/outbox.ts";
import { changeChoices } from "../../domain/preferences.ts";
import { freezeByStaff } from "../../domain/staff-acts.ts";
import { queueText } from "../../domain/text-outbox.ts";
import { exportFeed } from "../../feeds/export.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";
import { codeTo, factsOf, linkTo, password, rowsOf, statesOf, textsTo } from "./changes-kit.ts";

const old = "alice@demo.example";
const fresh = "alice.neuve@demo.example";

async function alicesPortal() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  return { portal, alice };
}

const accountOf = ({ db }: Portal) =>
  db.$client
    .prepare<[], { email: string; mobile: string | null; mobile_verified_at: number | null }>(
      "SELECT email, mobile, mobile_verified_at FROM accounts WHERE member_id = 'P0001'",
    )
    .get()!;

const sentRows = ({ db, seal }: Portal) =>
  (
    db.$client.prepare("SELECT content_sealed FROM outbound WHERE entity = 'changements'").pluck().all() as Buffer[]
  ).map((sealed) => openOutbound(seal, sealed));

function wantAlerts(portal: Portal) {
  const { accountId } = findAccountHolder(portal, "P0001")!;
  const changes = { alertEmail: true, alertSms: true };
  changeChoices(portal, { accountId, memberId: "P0001", changes, actor: "member", channel: "preferences" });
}

const alertsTo = ({ db }: Portal, table: "mails" | "texts") =>
  db.$client.prepare<[string], string>(`SELECT recipient FROM ${table} WHERE kind = ?`).pluck().all(alertKind);

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();

describe("a new e-mail address", () => {
  test("D10a replaces the old one only when the link sent to it is confirmed; both are told", async () => {
    const { portal, alice } = await alicesPortal();
    expect((await alice.post(urls.dossierContact, { email: fresh, password })).location).toBe(
      `${urls.changes}?done=asked`,
    );
    expect(accountOf(portal).email).toBe(old);
    expect(statesOf(portal)).toEqual(["unconfirmed"]);
    expect(sentRows(portal)).toEqual([]);
    expect(linkTo(portal, old, "change.alert", "/help/credentials/freeze")).toBeTruthy();
    expect(portal.mailsTo(fresh).map(({ kind }) => kind)).toEqual(["change.link"]);
    // Nobody is named to an address that may have been mistyped.
    expect(portal.mailsTo(fresh)[0]!.text).not.toMatch(/Alice|10000001/);

    const link = linkTo(portal, fresh, "change.link", "/dossier/email");
    const page = await alice.get(link);
    expect([page.status, accountOf(portal).email]).toEqual([200, old]);
    expect((await alice.post(link)).location).toBe(`${urls.changes}?done=confirmed`);
    expect(accountOf(portal).email).toBe(fresh);
    expect(statesOf(portal)).toEqual(["pending"]);
    expect(sentRows(portal)).toEqual([expect.objectContaining({ type: "email", email: fresh, verifie: "O" })]);
    expect(portal.mailsTo(old).at(-1)?.kind).toBe("change.alert");
    expect(portal.mailsTo(fresh).at(-1)?.kind).toBe("change.confirmed");
    expect(factsOf(portal).map(([kind]) => kind)).toEqual(["change.requested", "change.confirmed"]);
    expect((await alice.post(link)).status).toBe(410);
  });

  test("the link lives for 24 hours, and a request not confirmed by then is given up", async () => {
    for (const [wait, status] of [
      [{ hours: 23, minutes: 59, seconds: 59 }, 303],
      [{ hours: 24 }, 410],
      [{ hours: 24, seconds: 1 }, 410],
    ] as const) {
      const { portal, alice } = await alicesPortal();
      await alice.post(urls.dossierContact, { email: fresh, password });
      const link = linkTo(portal, fresh, "change.link", "/dossier/email");
      portal.advance(wait);
      await alice.signIn("alice");
      expect((await alice.post(link)).status).toBe(status);
      if (status === 303) continue;
      expect((await alice.get(urls.changes)).text).toContain("pas été confirmée à temps");
      // It stands in nobody's way.
      expect((await alice.post(urls.dossierContact, { email: "autre@demo.example", password })).status).toBe(303);
      expect(statesOf(portal)).toEqual(["cancelled", "unconfirmed"]);
    }
  });

  test("the link serves in no other session than its owner's, and of twenty at once one wins", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierContact, { email: fresh, password });
    const link = linkTo(portal, fresh, "change.link", "/dossier/email");
    const bob = portal.browser("127.0.0.3");
    await bob.signIn("bob");
    expect([(await bob.get(link)).status, (await bob.post(link)).status]).toEqual([410, 410]);
    expect((await bob.get(link)).text).not.toContain(fresh);
    expect((await portal.browser().post(link)).location).toMatch(/^\/login/);
    expect(
      (await alice.post(link.replace("/dossier/email", "/password/reset"), { password: "Autre-2026!" })).status,
    ).toBe(410);
    const pages = await Promise.all(Array.from({ length: 20 }, () => alice.post(link)));
    expect(pages.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(410)]);
    expect(sentRows(portal)).toHaveLength(1);
  });

  test("somebody else's address is answered like any other", async () => {
    const { portal, alice } = await alicesPortal();
    const taken = await alice.post(urls.dossierContact, { email: "bob@demo.example", password });
    await alice.post(urls.cancelChange(rowsOf(portal)[0]!.change_id));
    const free = await alice.post(urls.dossierContact, { email: "personne@demo.example", password });
    expect([taken.status, taken.location, taken.text]).toEqual([free.status, free.location, free.text]);
    expect(portal.mailsTo("bob@demo.example").at(-1)?.kind).toBe("change.link");
  });

  test("a link to a new password that was sent to the old address is dead with it", async () => {
    const { portal, alice } = await alicesPortal();
    await portal.browser().post(urls.forgot, { identifier: "10000001" });
    await new Promise(setImmediate);
    const reset = linkTo(portal, old, "password.reset", "/password/reset");
    await alice.post(urls.dossierContact, { email: fresh, password });
    expect((await portal.browser().get(reset)).status).toBe(200);
    await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
    expect((await portal.browser().get(reset)).status).toBe(410);
  });

  test("“it was not me” blocks the account, gives the old address back and stops the request", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierContact, { email: fresh, password });
    const freeze = linkTo(portal, old, "change.alert", "/help/credentials/freeze");
    await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
    expect(accountOf(portal).email).toBe(fresh);
    expect((await portal.browser("127.0.0.9").post(freeze)).status).toBe(303);
    expect(accountOf(portal).email).toBe(old);
    expect(rowsOf(portal)[0]).toMatchObject({ state: "cancelled", reason: "blocked" });
    expect(sentRows(portal)).toEqual([]);
    expect(portal.mailsTo(old).at(-1)?.kind).toBe("account.frozen");
    expect((await alice.get(urls.changes)).location).toMatch(/^\/login/);
  });

  test("what has left before is named to whoever looks into a blocked account", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierContact, { email: fresh, password });
    await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
    exportFeed(portal, `${portal.dataDir}/outbox`);
    freezeByStaff(portal, "10000001");
    const sealed = portal.db.$client.prepare("SELECT content_sealed FROM cases").pluck().get() as Buffer;
    expect(JSON.parse(portal.seal.open("cases.content", sealed))).toMatchObject({
      changesSent: [rowsOf(portal)[0]!.change_id],
    });
    expect(statesOf(portal)).toEqual(["pending"]);
  });

  test("cancelled after its confirmation, it gives the old address back", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierContact, { email: fresh, password });
    await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
    await alice.post(urls.cancelChange(rowsOf(portal)[0]!.change_id));
    expect(accountOf(portal).email).toBe(old);
    expect(sentRows(portal)).toEqual([]);
  });

  test("what waits to be told of payments follows the address, there and back", async () => {
    const { portal, alice } = await alicesPortal();
    wantAlerts(portal);
    write(portal.db, () => {
      const mail = { kind: alertKind, memberId: "P0001", to: old, language: "fr", bulk: true } as const;
      const body = { subject: "Paiement", text: "Paiement", html: "Paiement" };
      queueMail(portal, { ...mail, body, dueAt: portal.clock() / 1000 + 3600 });
    });
    await alice.post(urls.dossierContact, { email: fresh, password });
    expect(alertsTo(portal, "mails")).toEqual([old]);
    await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
    expect(alertsTo(portal, "mails")).toEqual([fresh]);
    await alice.post(urls.cancelChange(rowsOf(portal)[0]!.change_id));
    expect(alertsTo(portal, "mails")).toEqual([old]);
    // What is at the server at this moment, and what is over, stay what they were.
    for (const state of ["leased_until = 9e9", "leased_until = 0, state = 'sent'", "state = 'dead'"]) {
      portal.db.$client.exec(`UPDATE mails SET ${state} WHERE kind = '${alertKind}'`);
      await alice.post(urls.dossierContact, { email: fresh, password });
      await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
      expect([state, alertsTo(portal, "mails")]).toEqual([state, [old]]);
      await alice.post(urls.cancelChange(rowsOf(portal).at(-1)!.change_id));
    }
  });

  test("cancelled before, its link is dead", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierContact, { email: fresh, password });
    const link = linkTo(portal, fresh, "change.link", "/dossier/email");
    await alice.post(urls.cancelChange(rowsOf(portal)[0]!.change_id));
    expect((await alice.post(link)).status).toBe(410);
    expect(accountOf(portal).email).toBe(old);
  });

  test("a mailbox is not flooded: five an hour for one account", async () => {
    const { portal, alice } = await alicesPortal();
    const statuses = [];
    for (let time = 0; time < 6; time++) {
      statuses.push((await alice.post(urls.dossierContact, { email: fresh, password })).status);
      const row = rowsOf(portal).at(-1)!;
      if (row.state === "unconfirmed") await alice.post(urls.cancelChange(row.change_id));
    }
    expect(statuses).toEqual([303, 303, 303, 303, 303, 429]);
  });
});

describe("the form", () => {
  test("begins with what the account has, and never with a password", async () => {
    const { alice } = await alicesPortal();
    const { document } = await alice.get(urls.dossierContact);
    expect(document.querySelector("#email")?.getAttribute("value")).toBe(old);
    expect(document.querySelector("#mobile")?.getAttribute("value")).toBe("06 39 98 00 01");
    expect(document.querySelector("#password")?.getAttribute("value")).toBeNull();
  });

  test("a wrong password changes nothing, keeps what was typed, and counts as a failed sign-in", async () => {
    const { portal, alice } = await alicesPortal();
    const statuses = [];
    for (let time = 0; time < 6; time++) {
      const page = await alice.post(urls.dossierContact, {
        email: fresh,
        mobile: "0612345678",
        password: `Faux-${time}!`,
      });
      statuses.push(page.status);
      if (time > 0) continue;
      expect(page.document.querySelector("#email")?.getAttribute("value")).toBe(fresh);
      expect(page.document.querySelector("#mobile")?.getAttribute("value")).toBe("0612345678");
      expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe("#password");
      expect(page.text).not.toContain("Faux-0!");
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    expect(rowsOf(portal)).toEqual([]);
    expect(portal.mailsTo(fresh)).toEqual([]);
  });

  test.each([
    ["email", "alice"],
    ["email", "alice@demo"],
    ["email", "alice@demo.example\r\nBcc: x@y.example"],
    ["email", "аlice@demo.example"],
    ["mobile", "01 23 45 67 89"],
    ["mobile", "06 12 34 56 7😀"],
    ["mobile", "+999 12 34 56 78"],
  ])("bad input: %s = %j", async (name, value) => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post(urls.dossierContact, { email: fresh, mobile: "", password, [name]: value });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe(`#${name}`);
    expect(rowsOf(portal)).toEqual([]);
  });

  test("nothing changed is told, without a request", async () => {
    const { portal, alice } = await alicesPortal();
    portal.db.$client.exec("UPDATE accounts SET mobile = '+33639980001', mobile_verified_at = 1");
    const page = await alice.post(urls.dossierContact, { email: old, mobile: "06 39 98 00 01", password });
    expect([page.status, rowsOf(portal)]).toEqual([422, []]);
  });

  test("a form half filled when the session ended comes back without the password", async () => {
    const { portal, alice } = await alicesPortal();
    portal.advance({ minutes: 10 });
    const referer = `${portal.config.origin}${urls.dossierContact}`;
    await alice.post(urls.dossierContact, { email: fresh, mobile: "0612345678", password }, { referer });
    await alice.signIn("alice");
    const { document } = await alice.get(urls.dossierContact);
    expect(document.querySelector("#email")?.getAttribute("value")).toBe(fresh);
    expect(document.querySelector("#password")?.getAttribute("value")).toBeNull();
  });
});

describe("a new mobile", () => {
  const mobile = "+33612345678";

  async function asked(number = "06 12 34 56 78") {
    const { portal, alice } = await alicesPortal();
    const posted = await alice.post(urls.dossierContact, { email: old, mobile: number, password });
    return { portal, alice, posted, path: posted.location! };
  }

  test("D10a is the account's once the code sent to it comes back; the mailbox is told", async () => {
    const { portal, alice, path } = await asked();
    expect(path).toBe(urls.confirmMobile(rowsOf(portal)[0]!.change_id));
    expect(accountOf(portal).mobile).toBeNull();
    expect(textsTo(portal, mobile)).toHaveLength(1);
    expect(textsTo(portal, mobile)[0]!.text).not.toMatch(/https?:/);
    expect(linkTo(portal, old, "change.alert", "/help/credentials/freeze")).toBeTruthy();
    expect(flat((await alice.get(path)).document.body.textContent)).toContain("06 12 34 56 78");
    const code = codeTo(portal, mobile);
    expect((await alice.post(path, { code: `${code.slice(0, 3)} ${code.slice(3)}` })).location).toBe(
      `${urls.changes}?done=confirmed`,
    );
    expect(accountOf(portal)).toMatchObject({ mobile, mobile_verified_at: portal.clock() / 1000 });
    expect(sentRows(portal)).toEqual([expect.objectContaining({ type: "telephone", telephone: mobile, verifie: "O" })]);
    expect(flat((await alice.get(urls.dossier)).document.querySelector("#contact")?.textContent)).toContain(
      "06 12 34 56 78 (vérifié)",
    );
    expect((await alice.post(path, { code })).status).toBe(404);
  });

  test("the code is good for ten minutes", async () => {
    for (const [wait, status] of [
      [{ minutes: 9, seconds: 59 }, 303],
      [{ minutes: 10 }, 422],
      [{ minutes: 10, seconds: 1 }, 422],
    ] as const) {
      const { portal, alice, path } = await asked();
      const code = codeTo(portal, mobile);
      portal.advance({ minutes: 5 });
      await alice.get(path);
      portal.advance({ ...wait, minutes: wait.minutes - 5 });
      expect((await alice.post(path, { code })).status).toBe(status);
      if (status === 303) continue;
      expect((await alice.post(urls.changeCode(rowsOf(portal)[0]!.change_id))).location).toBe(`${path}?sent`);
      expect((await alice.post(path, { code: codeTo(portal, mobile) })).status).toBe(303);
    }
  });

  test("and for five tries, however many come at once", async () => {
    const { portal, alice, path } = await asked();
    const code = codeTo(portal, mobile);
    const wrong = code === "000000" ? "111111" : "000000";
    const pages = await Promise.all(Array.from({ length: 20 }, () => alice.post(path, { code: wrong })));
    expect(pages.every(({ status }) => status === 422)).toBe(true);
    expect((await alice.post(path, { code })).status).toBe(422);
    expect(accountOf(portal).mobile).toBeNull();
    // What a new code brings are five tries of its own.
    await alice.post(urls.changeCode(rowsOf(portal)[0]!.change_id));
    expect((await alice.post(path, { code })).status).toBe(codeTo(portal, mobile) === code ? 303 : 422);
    expect((await alice.post(path, { code: codeTo(portal, mobile) })).status).toBe(303);
  });

  test("codes are five an hour for an account, and for a number whoever asks", async () => {
    const { portal, alice } = await asked();
    const again = urls.changeCode(rowsOf(portal)[0]!.change_id);
    const statuses = [];
    for (let time = 0; time < 5; time++) statuses.push((await alice.post(again)).status);
    expect(statuses).toEqual([303, 303, 303, 303, 429]);
    const bob = portal.browser("127.0.0.3");
    await bob.signIn("bob");
    const refused = await bob.post(urls.dossierContact, { email: "bob@demo.example", mobile: "0612345678", password });
    expect(refused.status).toBe(429);
    expect(refused.headers.get("retry-after")).toBeTruthy();
    expect(rowsOf(portal, "P0002")).toEqual([]);
  });

  test("the code of one request does not serve another, nor somebody else", async () => {
    const { portal, path } = await asked();
    const bob = portal.browser("127.0.0.3");
    await bob.signIn("bob");
    const code = codeTo(portal, mobile);
    expect((await bob.get(path)).status).toBe(404);
    expect((await bob.post(path, { code })).status).toBe(404);
    expect((await bob.post(`${path.replace("/confirm", "/code")}`)).status).toBe(404);
    const his = await bob.post(urls.dossierContact, { email: "bob@demo.example", mobile: "0698765432", password });
    const hisCode = codeTo(portal, "+33698765432");
    if (hisCode !== code) expect((await bob.post(his.location!, { code })).status).toBe(422);
  });

  test("a number abroad gets no text message, is handed on as it was typed, and is not shown as verified", async () => {
    const { portal, alice, posted } = await asked("+32 470 12 34 56");
    expect(posted.location).toBe(`${urls.changes}?done=asked`);
    expect(textsTo(portal, "+32470123456")).toEqual([]);
    expect(sentRows(portal)).toEqual([expect.objectContaining({ telephone: "+32470123456", verifie: "N" })]);
    expect(accountOf(portal).mobile).toBeNull();
    expect((await alice.get(urls.changes)).text).toContain("+32470123456");
  });

  test("a number that was verified is told too when something else is asked for", async () => {
    const { portal, alice, path } = await asked();
    await alice.post(path, { code: codeTo(portal, mobile) });
    await alice.post(urls.dossierContact, { email: fresh, mobile: "06 12 34 56 78", password });
    expect(textsTo(portal, mobile).map(({ kind }) => kind)).toEqual(["change.code", "change.alert"]);
  });

  test("what waits to be told of payments follows the number", async () => {
    const { portal, alice, path } = await asked();
    await alice.post(path, { code: codeTo(portal, mobile) });
    wantAlerts(portal);
    const text = { kind: alertKind, memberId: "P0001", to: mobile, text: "Paiement" };
    write(portal.db, () => queueText(portal, { ...text, dueAt: portal.clock() / 1000 + 3600 }));
    exportFeed(portal, `${portal.dataDir}/outbox`);
    portal.db.$client.exec("UPDATE changes SET state = 'applied', settled_at = 1");
    const other = await alice.post(urls.dossierContact, { email: old, mobile: "06 98 76 54 32", password });
    expect(alertsTo(portal, "texts")).toEqual([mobile]);
    await alice.post(other.location!, { code: codeTo(portal, "+33698765432") });
    expect(alertsTo(portal, "texts")).toEqual(["+33698765432"]);
    await alice.post(urls.cancelChange(rowsOf(portal).at(-1)!.change_id));
    expect(alertsTo(portal, "texts")).toEqual([mobile]);
  });

  test("6.4d an emptied number goes at once, with the alerts that went there, and the back office is told", async () => {
    const { portal, alice, path } = await asked();
    await alice.post(path, { code: codeTo(portal, mobile) });
    exportFeed(portal, `${portal.dataDir}/outbox`);
    portal.db.$client.exec(
      "UPDATE changes SET state = 'applied', settled_at = 1; UPDATE preferences SET alert_sms = 1",
    );
    expect((await alice.post(urls.dossierContact, { email: old, mobile: "", password })).status).toBe(303);
    expect(accountOf(portal)).toMatchObject({ mobile: null, mobile_verified_at: null });
    expect(sentRows(portal).at(-1)).toMatchObject({ type: "telephone", telephone: "" });
    const alerts = portal.db.$client
      .prepare("SELECT alert_sms FROM preferences JOIN accounts ON id = account_id WHERE member_id = 'P0001'")
      .pluck()
      .get();
    expect(alerts).toBe(0);
    await alice.post(urls.cancelChange(rowsOf(portal).at(-1)!.change_id));
    expect(accountOf(portal).mobile).toBe(mobile);
  });

  test("both at once are told in one mail, and confirmed each in its way", async () => {
    const { portal, alice } = await alicesPortal();
    const posted = await alice.post(urls.dossierContact, { email: fresh, mobile: "0612345678", password });
    expect(posted.location).toMatch(/\/confirm$/);
    expect(portal.mailsTo(old).filter(({ kind }) => kind === "change.alert")).toHaveLength(1);
    await alice.post(linkTo(portal, fresh, "change.link", "/dossier/email"));
    await alice.post(posted.location!, { code: codeTo(portal, mobile) });
    expect(statesOf(portal)).toEqual(["pending", "pending"]);
    expect(accountOf(portal)).toMatchObject({ email: fresh, mobile });
  });

  test("one of the two that is open already refuses both", async () => {
    const { portal, alice } = await asked();
    const page = await alice.post(urls.dossierContact, { email: fresh, mobile: "0698765432", password });
    expect(page.status).toBe(409);
    expect(statesOf(portal)).toEqual(["unconfirmed"]);
    expect(portal.mailsTo(fresh)).toEqual([]);
  });
});

test("deleting the account undoes what has not left, and stops the codes", async () => {
  const { portal, alice } = await alicesPortal();
  await alice.post(urls.dossierContact, { email: fresh, mobile: "0612345678", password });
  expect((await alice.post(urls.accountDelete, { password, confirm: "on" })).status).toBe(303);
  expect(rowsOf(portal).map(({ state, reason }) => [state, reason])).toEqual([
    ["cancelled", "deletion"],
    ["cancelled", "deletion"],
  ]);
  expect(portal.db.$client.prepare("SELECT state FROM texts").pluck().all()).toEqual(["dead"]);
  expect(sentRows(portal)).toEqual([]);
});
