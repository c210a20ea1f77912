import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { currentCharter } from "../../domain/charter.ts";
import { invite } from "../../domain/invitations.ts";

const good = "Colza-Bleu-72";
const fifteenDays = 15 * 24 * 3600;

/** Where the link of the latest mail to David leads. */
function linkOf(portal: Portal, recipient = "david@demo.example"): string {
  const mail = portal.mailsTo(recipient).at(-1)!;
  return /http:\/\/127\.0\.0\.1:8080(\/activate\/[\w-]{43})/.exec(mail.text)![1]!;
}

const accountsOf = (portal: Portal) =>
  portal.db.$client
    .prepare<[], { member_id: string; email: string; language: string }>(
      "SELECT member_id, email, language FROM accounts WHERE member_id = 'P0004'",
    )
    .all();

const summary = (page: Page) =>
  [...page.document.querySelectorAll(".errors a")].map((link) => [link.getAttribute("href"), link.textContent]);

test("the import sends David one invitation: one link, an expiry in Paris time, no number, no health data", async () => {
  const portal = await startPortal();
  const mails = portal.mailsTo("david@demo.example");
  expect(mails.map(({ kind }) => kind)).toEqual(["invitation"]);
  const [{ subject, text, html }] = mails as [(typeof mails)[0]];
  expect(subject).toBe("Ouvrez votre Espace Personnel SMENO");
  expect(text.replaceAll("\n", " ")).toContain("8 décembre 2026 à 09:00, heure de Paris");
  expect(text.match(/\/activate\//g)).toHaveLength(1);
  expect(new Set(html.match(/http:\/\/127\.0\.0\.1:8080\/activate\/[\w-]+/g)).size).toBe(1);
  for (const part of [subject, text, html]) expect(part).not.toMatch(/10000004|1050262193045/);
  expect(text).toContain("Personne ne vous demandera jamais votre mot de passe");
});

test("David opens his link, chooses a password, ticks the charter, and signs in", async () => {
  const portal = await startPortal();
  const david = portal.browser();
  const page = await david.get(linkOf(portal));
  expect(page.status).toBe(200);
  expect(page.document.querySelector("main")?.textContent).toContain("Bonjour David");
  expect(page.document.querySelector("main")?.textContent).toContain("8 décembre 2026 à 09:00");
  expect(page.document.querySelector<never>("#username")?.["value" as never]).toBe("10000004");
  const form = page.document.querySelector("main form")!;
  const opened = await david.post(form.getAttribute("action")!, {
    username: "10000004",
    password: good,
    charter: "on",
  });
  expect([opened.status, opened.location]).toEqual([303, "/login?opened"]);
  expect((await david.follow(opened)).document.querySelector(".notice[role=status]")?.textContent).toContain(
    "Votre espace est ouvert",
  );
  expect(accountsOf(portal)).toEqual([{ member_id: "P0004", email: "david@demo.example", language: "fr" }]);
  const signedIn = await david.signIn("david", good);
  expect((await david.follow(signedIn)).document.querySelector("h1")?.textContent).toBe("Bonjour David");
});

test("nothing is open before: no session on the page of the link, nor after the account is made", async () => {
  const portal = await startPortal();
  const david = portal.browser();
  await david.get(linkOf(portal));
  expect(david.cookies.size).toBe(0);
  expect((await david.signIn("david", good)).status).toBe(422);
  await david.post(linkOf(portal), { password: good, charter: "on" });
  expect(david.cookies.size).toBe(0);
  expect((await david.get("/dashboard")).status).toBe(303);
});

test("the charter box is not ticked beforehand, and leads to the charter", async () => {
  const portal = await startPortal();
  const page = await portal.browser().get(linkOf(portal));
  expect(page.document.querySelector("#charter")?.hasAttribute("checked")).toBe(false);
  expect(page.document.querySelector('main form a[href="/charter"]')?.textContent).toContain("charte");
});

test.each([
  ["too short", "Abcde1!", "au moins 8 caractères"],
  ["without a digit", "Abcdefg!", "au moins un chiffre"],
  ["without a capital", "abcdef1!", "une lettre majuscule"],
  ["without a special character", "Abcdefg1", "un caractère spécial"],
  ["that everybody knows", "P@ssw0rd1!", "trop connu"],
  ["with the name of the person in it", "xX-David-92", "une de vos données"],
  ["with the member number in it", "Kolza-10000004", "une de vos données"],
  ["with the birth date in it", "Kolza-28022005", "une de vos données"],
  ["with the name of the mutual in it", "Smeno-K-92!", "une de vos données"],
  ["of 257 characters", `Aa1!${"xyz ".repeat(64)}`.slice(0, 257), "256 caractères au plus"],
  ["of ten thousand characters", `Aa1!${"xyz ".repeat(2_500)}`, "256 caractères au plus"],
])(
  "a password %s is refused beside its field, kept out of the page, and the tick is kept",
  async (_, password, words) => {
    const portal = await startPortal();
    const david = portal.browser();
    const page = await david.post(linkOf(portal), { password, charter: "on" });
    expect(page.status).toBe(422);
    expect(summary(page)).toEqual([["#password", expect.stringContaining(words)]]);
    expect(page.document.querySelector("#password-error")?.textContent).toContain(words);
    expect(page.document.querySelector("#password")?.getAttribute("aria-invalid")).toBe("true");
    expect(page.document.title).toMatch(/^Erreur – /);
    expect(page.text).not.toContain(password);
    expect(page.document.querySelector("#charter")?.hasAttribute("checked")).toBe(true);
    expect(accountsOf(portal)).toEqual([]);
    expect((await david.post(linkOf(portal), { password: good, charter: "on" })).status).toBe(303);
  },
);

test.each([["Abcdef1!"], ["ABCDEF1!"], ["Éàbcde1!"], [`Aa1!${"xyz ".repeat(24)}`], [" Colza 72 !"]])(
  "the password %j is taken, and signs in exactly as typed",
  async (password) => {
    const portal = await startPortal();
    const david = portal.browser();
    expect((await david.post(linkOf(portal), { password, charter: "on" })).status).toBe(303);
    expect((await david.signIn("david", password.trim() === password ? ` ${password}` : password.trim())).status).toBe(
      422,
    );
    expect((await david.signIn("david", password)).location).toBe("/dashboard");
  },
);

test.each([
  ["absent", []],
  ["empty", [["charter", ""]]],
  ["of another value", [["charter", "true"]]],
  [
    "sent twice",
    [
      ["charter", "on"],
      ["charter", "on"],
    ],
  ],
] as [string, [string, string][]][])(
  "with the charter %s nothing opens, even when the page is bypassed",
  async (_, charter) => {
    const portal = await startPortal();
    const page = await portal.browser().post(linkOf(portal), [["password", good], ...charter]);
    expect(page.status).toBe(422);
    expect(summary(page).map(([href]) => href)).toEqual(["#charter"]);
    expect(page.document.querySelector("#charter")?.hasAttribute("checked")).toBe(false);
    expect(page.document.querySelector("#charter")?.getAttribute("aria-describedby")).toBe("charter-error");
    expect(accountsOf(portal)).toEqual([]);
  },
);

test.each([
  ["nothing at all", {}, ["#password", "#charter"]],
  ["a weak password and no tick", { password: "abc" }, ["#password", "#charter"]],
])("a form with %s names both faults at once", async (_, fields, expected) => {
  const portal = await startPortal();
  const page = await portal.browser().post(linkOf(portal), fields);
  expect(page.status).toBe(422);
  expect(summary(page).map(([href]) => href)).toEqual(expected);
  expect(page.document.querySelector(".errors h2")?.textContent).toBe("Il y a 2 erreurs dans la page");
});

test("looking at the link, as mail scanners do, uses nothing up", async () => {
  const portal = await startPortal();
  const link = linkOf(portal);
  for (let times = 0; times < 3; times++) expect((await portal.browser().get(link)).status).toBe(200);
  expect((await portal.browser().send(link, { method: "HEAD" })).status).toBe(200);
  expect((await portal.browser().post(link, { password: good, charter: "on" })).status).toBe(303);
});

test("the link works once: afterwards it explains itself and neither shows nor changes anything", async () => {
  const portal = await startPortal();
  const link = linkOf(portal);
  const david = portal.browser();
  await david.post(link, { password: good, charter: "on" });
  for (const page of [await david.get(link), await david.post(link, { password: "Autre-Choix-93", charter: "on" })]) {
    expect(page.status).toBe(410);
    expect(page.document.querySelector("h1")?.textContent).toBe("Ce lien n’est plus valable");
    expect(page.document.querySelector('main a[href="/login"]')).not.toBeNull();
    expect(page.document.querySelector("main")?.textContent).toContain("09 72 67 60 00");
    expect(page.text).not.toContain("David");
  }
  expect((await david.signIn("david", "Autre-Choix-93")).status).toBe(422);
  expect((await david.signIn("david", good)).status).toBe(303);
});

test("of twenty people who send the form of one link at once, one opens the account, with that one's password", async () => {
  const portal = await startPortal();
  const link = linkOf(portal);
  const passwords = Array.from({ length: 20 }, (_, index) => `Colza-Bleu-7${index}!`);
  const pages = await Promise.all(
    passwords.map((password) => portal.browser().post(link, { password, charter: "on" })),
  );
  const statuses = pages.map(({ status }) => status);
  expect(statuses.filter((status) => status === 303)).toHaveLength(1);
  expect(statuses.filter((status) => status === 410)).toHaveLength(19);
  expect(accountsOf(portal)).toHaveLength(1);
  const winner = passwords[statuses.indexOf(303)]!;
  expect((await portal.browser().signIn("david", winner)).status).toBe(303);
  const loser = passwords[statuses.indexOf(410)]!;
  expect((await portal.browser().signIn("david", loser)).status).toBe(422);
});

test.each([
  ["one second before the end", -1, 200, 303],
  ["at the end", 0, 410, 410],
  ["one second after", 1, 410, 410],
])("15 × 24 hours after sending, %s, the link answers as it should", async (_, offset, get, post) => {
  const portal = await startPortal();
  const link = linkOf(portal);
  portal.advance({ seconds: fifteenDays + offset });
  expect((await portal.browser().get(link)).status).toBe(get);
  expect((await portal.browser().post(link, { password: good, charter: "on" })).status).toBe(post);
  expect(accountsOf(portal)).toHaveLength(post === 303 ? 1 : 0);
});

test("a newer invitation kills the older link, and works", async () => {
  const portal = await startPortal();
  const older = linkOf(portal);
  expect(invite(portal, "P0004", "operator")).toBe(true);
  const newer = linkOf(portal);
  expect(newer).not.toBe(older);
  expect((await portal.browser().get(older)).status).toBe(410);
  expect((await portal.browser().post(older, { password: good, charter: "on" })).status).toBe(410);
  expect((await portal.browser().post(newer, { password: good, charter: "on" })).status).toBe(303);
});

test.each([
  ["one character changed", (link: string) => link.slice(0, -1) + (link.endsWith("A") ? "B" : "A")],
  ["one character less", (link: string) => link.slice(0, -1)],
  ["another case", (link: string) => link.toLowerCase()],
  ["the hash of a token", () => `/activate/${"0".repeat(64)}`],
  ["nothing like a token", () => "/activate/%F0%9F%90%9F"],
  ["a token of 3000 characters", () => `/activate/${"a".repeat(3000)}`],
])("a link with %s opens nothing and tells nothing", async (_, change) => {
  const portal = await startPortal();
  const link = change(linkOf(portal));
  const page = await portal.browser().get(link);
  expect(page.status).toBe(410);
  expect(page.text).not.toContain("David");
  expect((await portal.browser().post(link, { password: good, charter: "on" })).status).toBe(410);
});

test("somebody who died, or left the feed, since the mail can no longer open an account", async () => {
  for (const column of ["deceased", "ended"]) {
    const portal = await startPortal();
    const link = linkOf(portal);
    portal.db.$client.prepare(`UPDATE members SET ${column} = 1 WHERE member_id = 'P0004'`).run();
    expect((await portal.browser().get(link)).status).toBe(410);
    expect((await portal.browser().post(link, { password: good, charter: "on" })).status).toBe(410);
    expect(accountsOf(portal)).toEqual([]);
  }
});

test("extra fields choose nothing: not the person, not the e-mail, not the state", async () => {
  const portal = await startPortal();
  await portal.browser().post(linkOf(portal), {
    password: good,
    charter: "on",
    username: "10000001",
    memberId: "P0001",
    email: "evil@evil.example",
    status: "frozen",
    "__proto__[email]": "evil@evil.example",
  });
  expect(accountsOf(portal)).toEqual([{ member_id: "P0004", email: "david@demo.example", language: "fr" }]);
  expect((await portal.browser().signIn("alice", good)).status).toBe(422);
});

test("the account remembers the language it was opened in", async () => {
  const portal = await startPortal();
  const david = portal.browser();
  const page = await david.get(`${linkOf(portal)}?lang=en`);
  expect(page.document.documentElement.getAttribute("lang")).toBe("en");
  await david.post(linkOf(portal), { password: good, charter: "on" });
  expect(accountsOf(portal)[0]?.language).toBe("en");
});

test("the evidence holds the opening, and the charter with its version, its hash, the time and the address", async () => {
  const portal = await startPortal();
  portal.advance({ days: 2 });
  await portal.browser("203.0.113.9").post(linkOf(portal), { password: good, charter: "on" });
  const rows = portal.db.$client
    .prepare<[], { at: number; kind: string; actor: string; details: string }>(
      "SELECT at, kind, actor, details FROM evidence WHERE member_id = 'P0004' ORDER BY sequence",
    )
    .all();
  const { number, sha256 } = currentCharter(portal.db, portal.clock);
  const now = Math.floor(portal.clock() / 1000);
  expect(rows.slice(-3).map(({ details, ...row }) => ({ ...row, details: JSON.parse(details) }))).toEqual([
    {
      at: now,
      kind: "charter.accepted",
      actor: "member",
      details: { version: number, sha256, address: "203.0.113.9" },
    },
    { at: now, kind: "account.opened", actor: "member", details: { by: "invitation" } },
    { at: now, kind: "paper.stopped", actor: "system", details: { from: "2026-11-25" } },
  ]);
});

test("a refused form leaves neither account nor password nor evidence of a charter", async () => {
  const portal = await startPortal();
  const count = (table: string) => portal.db.$client.prepare(`SELECT count(*) AS n FROM ${table}`).get();
  const tables = ["accounts", "credentials", "evidence", "one_time_links"];
  const before = tables.map(count);
  await portal.browser().post(linkOf(portal), { password: good });
  await portal.browser().post(linkOf(portal), { password: "abc", charter: "on" });
  expect(tables.map(count)).toEqual(before);
});

test("neither the token nor the password is in the base", async () => {
  const portal = await startPortal();
  const link = linkOf(portal);
  const dump = () => Buffer.from(portal.db.$client.serialize()).toString("latin1");
  expect(dump()).not.toContain(link.slice("/activate/".length));
  await portal.browser().post(link, { password: good, charter: "on" });
  expect(dump()).not.toContain(good);
});
