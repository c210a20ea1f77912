import { expect, test } from "vitest";
import { demoPassword, type Page } from "../../../test/kit/browser.ts";
import { startPortal } from "../../../test/kit/portal.ts";

const aliceNir = "2020359350123";
const aliceKey = "50";
const wrong = "Wrong-pass-1";

/** A page without the number typed. */
function withoutWhatWasTyped(page: Page, identifier: string): string {
  return page.text.replaceAll(`value="${identifier}"`, 'value="?"');
}

/** The headers of an answer, names and values, without the cookies. */
function headersOf(page: Page): [string, string][] {
  return [...page.headers].filter(([name]) => name !== "set-cookie").sort();
}

test("Alice signs in with her member number and comes to her dashboard", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  const page = await alice.signIn("alice");
  expect(page.status).toBe(303);
  expect(page.location).toBe("/dashboard");
  const dashboard = await alice.follow(page);
  expect(dashboard.document.querySelector("h1")?.textContent).toBe("Bonjour Alice");
});

test.each([
  ["the member number with spaces", "1000 0001"],
  ["the member number in a sentence of spaces", "  10 00 00 01  "],
  ["the member number in full-width digits", "１００００００１"],
  ["the affiliate number", "A1000001"],
  ["the affiliate number in small letters", "a1000001"],
  ["the social security number, 13 characters", aliceNir],
  ["the social security number, 15 characters", aliceNir + aliceKey],
  ["the social security number as it is printed", "2 02 03 59 350 123 50"],
  ["the social security number with dots", "2.02.03.59.350.123.50"],
  ["the social security number with no-break spaces", "2\u00a002\u00a003\u00a059\u202f350\u202f123"],
])("Alice signs in with %s", async (_, identifier) => {
  const portal = await startPortal();
  const alice = portal.browser();
  const page = await alice.signIn(identifier);
  expect(page.location).toBe("/dashboard");
  expect((await alice.follow(page)).document.querySelector("h1")?.textContent).toBe("Bonjour Alice");
});

test("3.3 Bob, who has the compulsory cover only, signs in with his affiliate number; Chloé with her member number", async () => {
  const portal = await startPortal();
  for (const [who, title] of [
    ["bob", "Bonjour Bob"],
    ["chloe", "Bonjour Chloé"],
  ] as const) {
    const browser = portal.browser();
    expect((await browser.follow(await browser.signIn(who))).document.querySelector("h1")?.textContent).toBe(title);
  }
});

test("the child of Alice has her social security number, and she is the one who signs in with it", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn(aliceNir);
  expect((await alice.get("/dashboard")).document.querySelector("h1")?.textContent).toBe("Bonjour Alice");
});

test.each([
  ["an e-mail address, which is not an identifier", "alice@demo.example"],
  ["a key that does not fit the social security number", `${aliceNir}51`],
  ["a social security number cut short", aliceNir.slice(0, 12)],
  ["the internal number of a person", "P0001"],
  ["the number of someone who has not opened an account yet", "10000004"],
  ["a LIKE pattern", "1000000_"],
  ["a piece of SQL", "10000001' OR '1'='1"],
])("the right password does not open anything with %s", async (_, identifier) => {
  const portal = await startPortal();
  const page = await portal.browser().signIn(identifier);
  expect(page.status).toBe(422);
  expect(page.headers.getSetCookie()).toEqual([]);
});

test("a wrong password and an unknown number get the same answer, to the last header", async () => {
  const portal = await startPortal();
  const [known, unknown, invited, ownNir, nobodysNir] = ["10000001", "99999999", "10000004", aliceNir, "2020359350124"];
  const answers = [];
  for (const identifier of [known, unknown, invited, ownNir, nobodysNir]) {
    const page = await portal.browser().signIn(identifier, wrong);
    expect(page.status).toBe(422);
    answers.push([withoutWhatWasTyped(page, identifier), headersOf(page), page.headers.getSetCookie()]);
  }
  for (const answer of answers) expect(answer).toEqual(answers[0]);
});

test("the one message of a refusal says neither what is wrong nor whether the number exists", async () => {
  const portal = await startPortal();
  const page = await portal.browser().signIn("10000001", wrong);
  expect(page.document.querySelector(".errors [role=alert]")?.textContent).toContain(
    "ce numéro et ce mot de passe ne vont pas ensemble",
  );
  expect(page.document.querySelectorAll(".errors a")).toHaveLength(1);
  expect(page.document.title).toMatch(/^Erreur – Se connecter/);
});

test("after a refusal the number typed is kept, and the password is nowhere in the page", async () => {
  const portal = await startPortal();
  const page = await portal.browser().signIn("1000 0001", wrong);
  expect(page.document.querySelector("#identifier")?.getAttribute("value")).toBe("1000 0001");
  expect(page.document.querySelector("#password")?.getAttribute("value")).toBeNull();
  expect(page.text).not.toContain(wrong);
});

test("an empty form names both fields, each linked to its box", async () => {
  const portal = await startPortal();
  const page = await portal.browser().post("/login", { identifier: "  ", password: "" });
  expect(page.status).toBe(422);
  const links = [...page.document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
  expect(links).toEqual(["#identifier", "#password"]);
  for (const name of ["identifier", "password"]) {
    const box = page.document.getElementById(name);
    expect(box?.getAttribute("aria-invalid")).toBe("true");
    expect(box?.getAttribute("aria-describedby")).toContain(`${name}-error`);
    expect(page.document.getElementById(`${name}-error`)?.textContent).toContain("remplissez ce champ");
  }
});

test("a password is taken exactly as typed: its spaces and its case count", async () => {
  const portal = await startPortal();
  for (const password of [
    ` ${demoPassword}`,
    `${demoPassword} `,
    demoPassword.toLowerCase(),
    demoPassword.slice(0, -1),
  ])
    expect((await portal.browser(`10.0.0.${password.length}`).signIn("alice", password)).status).toBe(422);
});

test("each field sent twice, or as a list, or as a file, is a faulty form and not a failure", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  const twice = await browser.post("/login", [
    ["identifier", "10000001"],
    ["identifier", "10000002"],
    ["password", demoPassword],
  ]);
  expect(twice.status).toBe(422);
  expect((await browser.post("/login", { "identifier[]": "10000001", password: demoPassword })).status).toBe(422);
  const body = new FormData();
  body.set("identifier", new File(["10000001"], "number.txt"));
  body.set("password", demoPassword);
  const file = await browser.send("/login", { method: "POST", body, headers: { origin: portal.config.origin } });
  expect(file.status).toBe(422);
  expect(browser.cookies.size).toBe(0);
});

test("extra fields change nothing: one cannot name oneself", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  await browser.post("/login", {
    identifier: "10000002",
    password: demoPassword,
    memberId: "P0001",
    accountId: "1",
    "__proto__[memberId]": "P0001",
    address: "203.0.113.9",
  });
  expect((await browser.get("/dashboard")).document.querySelector("h1")?.textContent).toBe("Bonjour Bob");
});

test("P5 the page asked for is shown after sign-in, its search included", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  const asked = "/reimbursements?payer=amc&q=d%C3%A9tartrage";
  const refused = await alice.get(asked);
  expect(refused.status).toBe(303);
  expect(refused.location).toBe(`/login?next=${encodeURIComponent(asked)}`);
  const form = await alice.follow(refused);
  const next = form.document.querySelector("input[name=next]")?.getAttribute("value");
  expect(next).toBe(asked);
  const mistaken = await alice.post("/login", { identifier: "10000001", password: wrong, next: next! });
  expect(mistaken.document.querySelector("input[name=next]")?.getAttribute("value")).toBe(asked);
  const page = await alice.post("/login", { identifier: "10000001", password: demoPassword, next: next! });
  expect(page.location).toBe(asked);
});

const elsewhere = [
  "//evil.example",
  "///evil.example",
  "/\\evil.example",
  "\\\\evil.example",
  "https://evil.example",
  "https:evil.example",
  "http:/\\evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "/\t/evil.example",
  "/\n/evil.example",
  "/.//evil.example",
  "/x/..//evil.example",
  "/%2e//evil.example",
  "/reimbursements/..//evil.example",
  "/./\\evil.example",
  "@evil.example",
  " //evil.example",
];

test.each(elsewhere)("no sign-in leads to another place by next=%j", async (next) => {
  const portal = await startPortal();
  const alice = portal.browser();
  const form = await alice.get(`/login?next=${encodeURIComponent(next)}`);
  expect(
    new URL(form.document.querySelector("input[name=next]")?.getAttribute("value") ?? "/", portal.config.origin).host,
  ).toBe("127.0.0.1:8080");
  const page = await alice.post("/login", { identifier: "10000001", password: demoPassword, next });
  expect(page.status).toBe(303);
  expect(new URL(page.location!, portal.config.origin).origin).toBe(portal.config.origin);
  const again = await alice.get(`/login?next=${encodeURIComponent(next)}`);
  expect(new URL(again.location!, portal.config.origin).origin).toBe(portal.config.origin);
});

test("no field of the sign-in page is filled in, and it has no value of someone else", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  await alice.post("/logout");
  const page = await alice.get("/login");
  for (const box of page.document.querySelectorAll("input:not([type=checkbox])"))
    expect(box.getAttribute("value")).toBeNull();
  expect(page.document.querySelector("[checked]")).toBeNull();
  expect(page.document.querySelector("#identifier")?.getAttribute("autocomplete")).toBe("username");
  expect(page.document.querySelector("#password")?.getAttribute("autocomplete")).toBe("current-password");
});

test("every sign-in, refusal and sign-out leaves its evidence, without what was typed", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice", wrong);
  await alice.signIn("99999999", wrong);
  await alice.signIn("alice");
  await alice.post("/logout");
  const rows = portal.db.$client
    .prepare<[], { kind: string; member_id: string | null; actor: string; details: string }>(
      "SELECT kind, member_id, actor, details FROM evidence ORDER BY sequence DESC LIMIT 4",
    )
    .all()
    .reverse();
  expect(rows).toEqual([
    {
      kind: "sign-in.refused",
      member_id: "P0001",
      actor: "visitor",
      details: '{"label":"other/other","network":"127.0.0.x"}',
    },
    { kind: "sign-in.refused", member_id: null, actor: "visitor", details: "{}" },
    {
      kind: "session.started",
      member_id: "P0001",
      actor: "member",
      details: '{"by":"password","label":"other/other","network":"127.0.0.x"}',
    },
    { kind: "session.ended", member_id: "P0001", actor: "member", details: "{}" },
  ]);
});
