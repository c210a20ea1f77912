import { unzipSync } from "fflate";
import { describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { findAccount } from "../../domain/accounts.ts";
import { verifyEvidence } from "../../domain/evidence.ts";
import { changeChoices, readChoices } from "../../domain/preferences.ts";
import { answerDueBy } from "../../domain/rights-requests.ts";
import { urls } from "../../web/urls.ts";

const main = ({ document }: Page) => document.querySelector("main")!.textContent.replace(/\s+/g, " ");
const received = { receivedDay: "20", receivedMonth: "11", receivedYear: "2026" };
const letter = {
  number: "10000001",
  kind: "access",
  channel: "post",
  ...received,
  reference: "SCAN-2026-17",
  note: "",
};

const facts = ({ db }: Portal, kind: string) =>
  db.$client
    .prepare<[string], { member_id: string; actor: string; details: string }>(
      "SELECT member_id, actor, details FROM evidence WHERE kind = ? ORDER BY sequence",
    )
    .all(kind)
    .map(({ details, ...fact }) => ({ ...fact, ...JSON.parse(details) }));
const kindsTo = (portal: Portal, address: string) => portal.mailsTo(address).map(({ kind }) => kind);

async function recorded(browser: Browser, fields: Record<string, string> = {}): Promise<number> {
  const { status, location } = await browser.post(urls.staffRights, { ...letter, ...fields });
  expect(status).toBe(303);
  return Number(/\/staff\/rights\/(\d+)/.exec(location!)![1]);
}

test.each([
  ["2026-01-31", "2026-02-28"],
  ["2028-01-31", "2028-02-29"],
  ["2026-02-28", "2026-03-28"],
  ["2026-03-31", "2026-04-30"],
  ["2026-12-15", "2027-01-15"],
])("6.5 what is received on %s is due by %s", (day, due) => {
  expect(answerDueBy(day)).toBe(due);
});

describe("6.5 recording", () => {
  test("an adviser records a letter: numbered, receipted, proven, due a month later", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const sent = await adviser.post(urls.staffRights, { ...letter, note: "Reçu avec une copie." });
    expect(sent.location).toBe(`${urls.staffRight(1)}?done=recorded`);
    const page = await adviser.follow(sent);
    for (const words of ["Demande n° 1", "20 décembre 2026 (27 jours)", "SCAN-2026-17", "Reçu avec une copie."])
      expect(main(page).replaceAll("\u00a0", " ")).toContain(words);
    const mail = portal.mailsTo("alice@demo.example").at(-1)!;
    expect([mail.kind, mail.subject.includes("1"), mail.text.includes("20 décembre 2026")]).toEqual([
      "rights.recorded",
      true,
      true,
    ]);
    expect(facts(portal, "rights.recorded")).toMatchObject([
      { member_id: "P0001", actor: "staff", request: 1, right: "access", staff: "adviser@demo.example" },
    ]);
    const alice = portal.browser("127.0.0.2");
    await alice.signIn("alice");
    expect(main(await alice.get(urls.accountActivity))).toContain("accès à vos données");
    expect((await alice.get(urls.accountActivity)).text).not.toContain("adviser@demo.example");
  });

  test("the same letter recorded twice, or twenty times at once, is one request and one receipt", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const answers = await Promise.all(Array.from({ length: 20 }, () => adviser.post(urls.staffRights, letter)));
    expect(new Set(answers.map(({ location }) => location!.split("?")[0]))).toEqual(new Set([urls.staffRight(1)]));
    expect(kindsTo(portal, "alice@demo.example").filter((kind) => kind === "rights.recorded")).toHaveLength(1);
  });

  test("the same letter with another note is a request of its own", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    expect(await recorded(adviser)).toBe(1);
    expect(await recorded(adviser, { note: "Deuxième page" })).toBe(2);
    expect(await recorded(adviser, { note: "Deuxième page" })).toBe(2);
    expect(kindsTo(portal, "alice@demo.example").filter((kind) => kind === "rights.recorded")).toHaveLength(2);
  });

  test("a letter of a year ago is recorded, one of a day before is a slip in the year", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const year = { receivedYear: "2025", receivedDay: "22" };
    const refused = await adviser.post(urls.staffRights, { ...letter, ...year });
    expect([refused.status, refused.document.querySelector('.errors a[href="#receivedYear"]')?.textContent]).toEqual([
      422,
      expect.stringContaining("plus d’un an"),
    ]);
    expect((await adviser.post(urls.staffRights, { ...letter, ...year, receivedDay: "23" })).status).toBe(303);
  });

  test.each([
    ["a number of nobody", { number: "99999999" }, "number"],
    ["no number", { number: " " }, "number"],
    ["a right there is not", { kind: "portability" }, "kind"],
    ["no channel", { channel: "" }, "channel"],
    ["a day to come", { receivedDay: "24" }, "receivedDay"],
    ["a day that does not exist", { receivedDay: "31" }, "receivedDay"],
    ["no reference", { reference: "" }, "reference"],
    ["a reference that is a social security number", { reference: "2 99 05 59 350 123 37" }, "reference"],
    ["a note with an IBAN", { note: "FR76 3000 6000 0112 3456 7890 189" }, "note"],
    ["a note too long", { note: "x".repeat(1_001) }, "note"],
  ])("%s: told beside the field, kept as typed, nothing recorded", async (_what, change, field) => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const page = await adviser.post(urls.staffRights, { ...letter, ...change });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(`.errors a[href="#${field}"]`)).not.toBeNull();
    expect(page.document.querySelector(`#${field}`)).not.toBeNull();
    expect(facts(portal, "rights.recorded")).toEqual([]);
  });

  test("today is not the future, tomorrow is: at midnight in Paris", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    portal.setTime(Date.parse("2026-11-23T23:59:59+01:00"));
    const again = await portal.staffBrowser("adviser");
    expect((await again.post(urls.staffRights, { ...letter, receivedDay: "24" })).status).toBe(422);
    portal.advance({ seconds: 1 });
    expect((await again.post(urls.staffRights, { ...letter, receivedDay: "24" })).status).toBe(303);
    expect(adviser).toBeDefined();
  });

  test("somebody without an address gets no mail, and staff are told so", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const sent = await adviser.post(urls.staffRights, { ...letter, number: "10000005" });
    expect(sent.location).toContain("done=recordedUntold");
    expect(main(await adviser.follow(sent))).toContain("Aucun accusé de réception");
  });
});

describe("6.2 opposition by post", () => {
  const choose = (portal: Portal, list: "offers" | "newsletterSmeno", wanted: boolean) => {
    const { accountId, memberId } = findAccount(portal, "P0001")!;
    const changes = { [list]: wanted };
    changeChoices(portal, { accountId, memberId, changes, actor: "member", channel: "preferences" });
    return accountId;
  };

  test("stops at once what was agreed to before it was received, not what was agreed to after", async () => {
    const portal = await startPortal({ now: Date.parse("2026-11-19T09:00:00+01:00") });
    choose(portal, "newsletterSmeno", true);
    portal.setTime(Date.parse("2026-11-21T09:00:00+01:00"));
    const accountId = choose(portal, "offers", true);
    portal.setTime(Date.parse("2026-11-23T09:00:00+01:00"));
    const adviser = await portal.staffBrowser("adviser");
    await recorded(adviser, { kind: "opposition", newsletterSmeno: "on", offers: "on", alertSms: "on" });
    expect(readChoices(portal, accountId)).toMatchObject({ newsletterSmeno: false, offers: true });
    expect(facts(portal, "consent.withdrawn")).toMatchObject([
      { list: "newsletterSmeno", channel: "post", receivedOn: "2026-11-20", staff: "adviser@demo.example" },
    ]);
    const { text } = portal.mailsTo("alice@demo.example").at(-1)!;
    expect(text).toContain("Ces envois sont arrêtés");
  });

  test("the same letter with other lists stops those as well, and the request says which", async () => {
    const portal = await startPortal({ now: Date.parse("2026-11-19T09:00:00+01:00") });
    choose(portal, "newsletterSmeno", true);
    const accountId = choose(portal, "offers", true);
    portal.setTime(Date.parse("2026-11-23T09:00:00+01:00"));
    const adviser = await portal.staffBrowser("adviser");
    const first = await recorded(adviser, { kind: "opposition", newsletterSmeno: "on" });
    expect(readChoices(portal, accountId)).toMatchObject({ newsletterSmeno: false, offers: true });
    const second = await recorded(adviser, { kind: "opposition", newsletterSmeno: "on", offers: "on" });
    expect([second === first, readChoices(portal, accountId).offers]).toEqual([false, false]);
    expect(main(await adviser.get(urls.staffRight(second)))).toContain("offres");
    expect(await recorded(adviser, { kind: "opposition", newsletterSmeno: "on", offers: "on" })).toBe(second);
  });

  test("a letter that asks for something else may say so too", async () => {
    const portal = await startPortal({ now: Date.parse("2026-11-19T09:00:00+01:00") });
    const accountId = choose(portal, "offers", true);
    portal.setTime(Date.parse("2026-11-23T09:00:00+01:00"));
    const adviser = await portal.staffBrowser("adviser");
    const number = await recorded(adviser, { kind: "access", offers: "on" });
    expect(readChoices(portal, accountId).offers).toBe(false);
    expect(main(await adviser.get(urls.staffRight(number)))).toContain("offres");
  });
});

describe("settling", () => {
  const answer = { outcome: "granted", result: "C’est fait." };

  test("9.2 a deletion that is granted deletes the account, with its receipt and the answer", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo, { kind: "deletion", channel: "e-mail" });
    const alice = portal.browser("127.0.0.2");
    await alice.signIn("alice");
    const done = await dpo.post(urls.staffRightSettle(number), answer);
    expect(done.location).toBe(`${urls.staffRight(number)}?done=settled`);
    expect(findAccount(portal, "P0001")).toBeUndefined();
    expect((await alice.get(urls.dashboard)).status).toBe(303);
    expect(kindsTo(portal, "alice@demo.example").slice(-2)).toEqual(["account.deleted", "rights.settled"]);
    expect(facts(portal, "account.deleted")).toMatchObject([{ by: "e-mail, received 2026-11-20, scan SCAN-2026-17" }]);
    expect(facts(portal, "rights.settled")).toMatchObject([{ result: "granted", staff: "dpo@demo.example" }]);
    expect(main(await dpo.follow(done))).toContain("pas de compte");
    expect(verifyEvidence(portal).brokenAt).toBeUndefined();
  });

  test("a deletion that is refused deletes nothing, and says how to complain", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo, { kind: "deletion" });
    await dpo.post(urls.staffRightSettle(number), { outcome: "refused", result: "La signature manque." });
    expect(findAccount(portal, "P0001")).toBeDefined();
    const { text } = portal.mailsTo("alice@demo.example").at(-1)!;
    expect([text.includes("La signature manque."), text.includes("CNIL")]).toEqual([true, true]);
  });

  test("there is nothing to delete where there is no account: told, what was typed kept, the request stays open", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo, { kind: "deletion", number: "10000005" });
    const page = await dpo.post(urls.staffRightSettle(number), answer);
    expect([page.status, main(page).includes("il n’y a rien à supprimer")]).toEqual([422, true]);
    expect(page.document.querySelector("#result")?.textContent).toContain("C’est fait.");
    expect(facts(portal, "rights.settled")).toEqual([]);
    const offered = [...page.document.querySelectorAll("input[name=outcome]")].map((one) => one.getAttribute("value"));
    expect(offered).toEqual(["refused", "moot"]);
  });

  test("a deletion where there is no account has no object: settled so, and the person is told", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo, { kind: "deletion", number: "10000004" });
    const done = await dpo.post(urls.staffRightSettle(number), {
      outcome: "moot",
      result: "Vous n’avez pas de compte.",
    });
    expect(done.location).toContain("done=settled");
    expect(main(await dpo.follow(done))).toContain("sans objet");
    expect(portal.mailsTo("david@demo.example").at(-1)!.text).toContain("est sans objet");
    expect(facts(portal, "rights.settled")).toMatchObject([{ result: "moot" }]);
  });

  test.each(["access", "deletion"])("a request for %s of somebody with an account has its object", async (kind) => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo, { kind });
    const page = await dpo.post(urls.staffRightSettle(number), { outcome: "moot", result: "Rien" });
    expect([page.status, page.document.querySelector('.errors a[href="#outcome"]') !== null]).toEqual([422, true]);
    expect(facts(portal, "rights.settled")).toEqual([]);
  });

  test("twenty decisions at once: one wins, the others see who decided, and one mail leaves", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        dpo.post(urls.staffRightSettle(number), { outcome: "granted", result: `Réponse ${index}` }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(409)]);
    const conflict = answers.findLast(({ status }) => status === 409)!;
    expect(main(conflict)).toContain("dpo@demo.example a terminé cette demande");
    expect(conflict.document.querySelector("#typed")?.textContent).toContain("Réponse");
    expect(facts(portal, "rights.settled")).toHaveLength(1);
    expect(kindsTo(portal, "alice@demo.example").filter((kind) => kind === "rights.settled")).toHaveLength(1);
  });

  test.each([
    ["no answer", { outcome: "granted", result: " " }, "result"],
    ["no outcome", { result: "Oui" }, "outcome"],
    ["an answer with a social security number", { outcome: "granted", result: "2990559350123 37" }, "result"],
  ])("%s: told, nothing settled", async (_what, fields, field) => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo);
    const page = await dpo.post(urls.staffRightSettle(number), fields as Record<string, string>);
    expect([page.status, page.document.querySelector(`.errors a[href="#${field}"]`) !== null]).toEqual([422, true]);
    expect(facts(portal, "rights.settled")).toEqual([]);
  });

  test("an adviser sees that somebody else settles it, and cannot", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const number = await recorded(adviser);
    const page = await adviser.get(urls.staffRight(number));
    expect(page.document.querySelectorAll("main form")).toHaveLength(0);
    expect((await adviser.post(urls.staffRightSettle(number), answer)).status).toBe(403);
    expect((await adviser.post(urls.staffRightData(number))).status).toBe(403);
  });

  test("a request that is not there is not found", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    for (const path of [
      urls.staffRight(99),
      "/staff/rights/0",
      "/staff/rights/1e3",
      "/staff/rights/99999999999999999999",
    ])
      expect([path, (await dpo.get(path)).status]).toEqual([path, 404]);
    expect((await dpo.post(urls.staffRightSettle(99), answer)).status).toBe(404);
    expect((await dpo.post(urls.staffRightData(99))).status).toBe(404);
  });
});

describe("6.4a access", () => {
  test("the officer takes the person's archive; it is proven, and the person sees it", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo);
    const cookie = [...dpo.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const { origin } = portal.config;
    const response = await portal.app.request(new URL(urls.staffRightData(number), origin), {
      method: "POST",
      body: "download=on",
      headers: { cookie, origin, "content-type": "application/x-www-form-urlencoded" },
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/zip"]);
    const files = unzipSync(new Uint8Array(await response.arrayBuffer()));
    const text = new TextDecoder().decode(files["data.json"]);
    expect([text.includes('"10000001"'), text.includes("10000002")]).toEqual([true, false]);
    expect(Object.keys(JSON.parse(text).tables)).toContain("rights_requests");
    // Who of the mutual recorded it is the mutual's alone.
    expect(text).not.toContain("dpo@demo.example");
    expect(facts(portal, "data.downloaded")).toMatchObject([
      { actor: "staff", staff: "dpo@demo.example", request: number },
    ]);
  });

  const take = async (dpo: Browser, number: number) => {
    const { status, headers } = await dpo.post(urls.staffRightData(number), { download: "on" });
    return [status, headers.get("content-disposition")];
  };
  const button = async (dpo: Browser, number: number) =>
    (await dpo.get(urls.staffRight(number))).document.querySelector(`form[action="${urls.staffRightData(number)}"]`);

  test("the file bears the number of the request, and the person reads that staff looked into their data", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo);
    expect(await take(dpo, number)).toEqual([200, `attachment; filename="demande-${number}-donnees.zip"`]);
    const alice = portal.browser("127.0.0.2");
    await alice.signIn("alice");
    expect(main(await alice.get(urls.accountActivity))).toContain("Nos équipes ont lu votre dossier");
  });

  test.each([
    [-1, 200],
    [0, 409],
    [1, 409],
  ])("granted, the data are given for seven days and no longer: %i s after, %i", async (after, status) => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo);
    await dpo.post(urls.staffRightSettle(number), { outcome: "granted", result: "Voici." });
    portal.advance({ days: 7, seconds: after });
    const later = await portal.staffBrowser("dpo");
    expect([(await take(later, number))[0], (await button(later, number)) !== null]).toEqual([status, status === 200]);
  });

  test("refused, no data are given, and the page says so", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo);
    await dpo.post(urls.staffRightSettle(number), { outcome: "refused", result: "Identité non prouvée." });
    const page = await dpo.post(urls.staffRightData(number), { download: "on" });
    expect([page.status, await button(dpo, number)]).toEqual([409, null]);
    expect(main(page)).toContain("ne peuvent plus");
    expect(facts(portal, "data.downloaded")).toEqual([]);
  });

  test("only a request for access gives the archive", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const number = await recorded(dpo, { kind: "rectification" });
    expect((await dpo.post(urls.staffRightData(number))).status).toBe(404);
  });
});

test("the list has the first due first, says how late each is, and goes on by pages", async () => {
  const portal = await startPortal();
  const dpo = await portal.staffBrowser("dpo");
  const insert = portal.db.$client.prepare(
    `INSERT INTO rights_requests (member_id, kind, channel, received_on, reference, due_on, content_sealed, recorded_by, recorded_at)
     VALUES ('P0001', 'access', 'post', '2026-10-20', ?, ?, ?, 'x', 1)`,
  );
  const sealed = portal.seal.seal("rights_requests.content", '{"note":"","stopped":[]}');
  for (let index = 0; index < 60; index++) insert.run(`R${index}`, index < 55 ? "2026-11-22" : "2026-11-24", sealed);
  const first = await dpo.get(urls.staffRights);
  expect(first.document.querySelectorAll("tbody tr")).toHaveLength(50);
  expect(main(first).replaceAll("\u00a0", " ")).toContain("en retard de 1 jour");
  const next = [...first.document.querySelectorAll("main a")].find(({ textContent }) => textContent === "Suite")!;
  const second = await dpo.get(next.getAttribute("href")!);
  expect(second.document.querySelectorAll("tbody tr")).toHaveLength(10);
  const plan = portal.db.$client
    .prepare(
      "EXPLAIN QUERY PLAN SELECT 1 FROM rights_requests r WHERE r.settled_at IS NULL AND (r.due_on, r.request_id) > ('', 0) ORDER BY r.due_on, r.request_id LIMIT 9",
    )
    .all() as { detail: string }[];
  expect(plan.map(({ detail }) => detail).join()).toContain("rights_requests_open");
  for (const query of ["?after=2026-13-01.1", "?after=x", "?before=-1", "?state=all"])
    expect([query, (await dpo.get(urls.staffRights + query)).status]).toEqual([query, 400]);
});
