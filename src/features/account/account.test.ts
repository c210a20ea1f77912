import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { fileParts, record, recordReading } from "../../domain/evidence.ts";
import { urls } from "../../web/urls.ts";

async function signedIn(portal: Portal, who: string) {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

test("the account names its numbers and its e-mail, and leads to what protects it", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const page = await alice.get(urls.account);
  const main = page.document.querySelector("main");
  expect(main?.textContent).toContain("10000001");
  expect(main?.textContent).toContain("alice@demo.example");
  for (const path of [urls.accountPassword, urls.accountActivity]) {
    expect(main?.querySelector(`a[href="${path}"]`)).not.toBeNull();
    expect((await alice.get(path)).status).toBe(200);
  }
});

test("the journal tells sign-ins, refusals and downloads, latest first, in Paris time, and is one's own", async () => {
  const portal = await startPortal();
  await portal.browser().signIn("alice", "Faux-2026!");
  portal.advance({ minutes: 1 });
  const alice = await signedIn(portal, "alice");
  portal.advance({ minutes: 1 });
  await alice.get(urls.reimbursementsCsv);
  const rows = (await alice.get(urls.accountActivity)).document.querySelectorAll("tbody tr");
  expect([...rows].slice(0, 3).map(({ textContent }) => textContent)).toEqual([
    "23 novembre 2026 à 09:02Téléchargement de vos remboursements",
    "23 novembre 2026 à 09:01Connexion",
    "23 novembre 2026 à 09:00Connexion refusée, mauvais mot de passe",
  ]);
  const bob = await signedIn(portal, "bob");
  const own = await bob.get(urls.accountActivity);
  expect(own.document.querySelector("main")?.textContent).not.toContain("Téléchargement");
});

test("a reading by staff says what was read and by whom: our teams, never a name", async () => {
  const portal = await startPortal();
  for (const what of fileParts) recordReading(portal, { memberId: "P0001", staff: "adviser@demo.example", what });
  record(portal, { kind: "case.closed", memberId: "P0001", actor: "staff", details: { case: 1 } });
  record(portal, { kind: "file.read", memberId: "P0001", actor: "staff", details: { what: "__proto__" } });
  const alice = await signedIn(portal, "alice");
  const { document } = await alice.get(urls.accountActivity);
  const cells = [...document.querySelectorAll("tbody td")].map(({ textContent }) => textContent);
  expect(cells.slice(1, 3)).toEqual([
    "Lecture de votre dossier par nos équipes",
    "Fin du dossier ouvert par nos équipes",
  ]);
  const readings = cells.slice(3, 3 + fileParts.length);
  expect(readings).toContain("Nos équipes ont lu vos remboursements");
  expect(new Set(readings).size).toBe(fileParts.length);
  for (const reading of readings) expect(reading).toMatch(/^Nos équipes ont (?:lu|extrait) /);
  expect(document.body.textContent).not.toContain("adviser");
});

test("a long journal goes on page after page, each act once", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const facts = { kind: "reimbursements.downloaded", memberId: "P0001", actor: "member" } as const;
  for (let count = 0; count < 120; count++) record(portal, facts);
  const total = portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE member_id = 'P0001'").pluck().get();
  let shown = 0;
  let address: string | null | undefined = urls.accountActivity;
  while (address) {
    const { document } = await alice.get(address);
    shown += document.querySelectorAll("tbody tr").length;
    address = document.querySelector('main a[href*="before="]')?.getAttribute("href");
  }
  expect(shown).toBe(total);
});

test.each(["before=", "before=x", "before=-1", "before=1e3", "before=1&before=2", "before=9999999999999999"])(
  "the journal refuses “%s” as malformed",
  async (query) => {
    const portal = await startPortal();
    const alice = await signedIn(portal, "alice");
    expect((await alice.get(`${urls.accountActivity}?${query}`)).status).toBe(400);
  },
);

test("a visitor is sent to sign in, and comes back", async () => {
  const portal = await startPortal();
  for (const path of [urls.account, urls.accountActivity]) {
    expect((await portal.browser().get(path)).location).toBe(`/login?next=${encodeURIComponent(path)}`);
  }
});
