import type { Document } from "happy-dom";
import { beforeAll, describe, expect, test } from "vitest";
import type { Browser, Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { makeDemoFeed } from "../../feeds/demo/demo-feed.ts";
import { type Row, readFeed, temporaryFolder } from "../../feeds/demo/test-kit.ts";

/** What a list must show, computed from the rows of the feed and from nothing of ours. */
type Expected = {
  key: string;
  paidOn: string;
  payer: string;
  cents: number;
  beneficiary: string;
  text: string;
  toAccount: boolean;
  counts: boolean;
};

const oldestDay = "2023-11-23";
let payments: Row[];
let lines: Row[];

beforeAll(async () => {
  const { path, remove } = temporaryFolder();
  await makeDemoFeed({ folder: path, today: "2026-11-23", seed: "demo" });
  const feed = readFeed(path);
  remove();
  payments = feed.rows("paiements");
  lines = feed.rows("lignes");
});

function expectedOf(personId: string): Expected[] {
  const entries: Expected[] = [];
  for (const payment of payments) {
    if (payment.personne_id !== personId || payment.date_mandat! < oldestDay) continue;
    const id = payment.paiement_id!;
    const common = {
      paidOn: payment.date_mandat!,
      payer: payment.payeur!,
      toAccount: payment.destinataire === "assure",
      counts: payment.statut === "emis",
    };
    const own = lines.filter((line) => line.paiement_amo_id === id || line.paiement_amc_id === id);
    for (const line of own) {
      const cents = Number(payment.payeur === "AMO" ? line.amo_verse_cents : line.amc_cents);
      const text = [line.libelle, line.ps_nom, line.ps_specialite, line.code_acte].join(" ");
      const key = `${id}#${line.ligne_id}`;
      entries.push({ ...common, key, cents, beneficiary: line.beneficiaire_id!, text });
    }
    if (own.length === 0)
      entries.push({ ...common, key: `${id}#`, cents: Number(payment.montant_cents), beneficiary: "", text: "" });
  }
  const rank = ({ paidOn, key }: Expected) => `${paidOn} ${key.replace("#", " ")}`;
  return entries.sort((a, b) => (rank(a) < rank(b) ? 1 : -1));
}

const cents = (text: string) =>
  Number(text.replaceAll("\u2212", "-").replace(/[^\d-]/g, "")) * (/\d,\d\d\s€/.test(text) ? 1 : Number.NaN);

function rowsOf(document: Document): { key: string; cents: number }[] {
  return [...document.querySelectorAll("#results tbody tr")].map((row) => {
    const [id = "", line = ""] = row
      .querySelector("a")!
      .getAttribute("href")!
      .slice("/reimbursements/".length)
      .split("#");
    const amount = row.querySelector("td.amount")!;
    for (const aside of amount.querySelectorAll(".hint, .flag, .hidden")) aside.remove();
    return { key: `${id}#${line}`, cents: cents(amount.textContent) };
  });
}

async function signedIn(portal: Portal, who: string): Promise<Browser> {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

/** Every page from this one on, by the link of that name. */
async function walk(browser: Browser, first: string, link: "newer" | "older"): Promise<Page[]> {
  const pages = [];
  let address: string | null | undefined = first;
  while (address) {
    const page: Page = await browser.get(address);
    expect(page.status).toBe(200);
    pages.push(page);
    expect(pages.length).toBeLessThan(50);
    address = page.document.querySelector(`#${link}`)?.getAttribute("href");
  }
  return pages;
}

const searches: [string, (entry: Expected) => boolean][] = [
  ["", () => true],
  ["payer=amo", ({ payer }) => payer === "AMO"],
  ["payer=amc", ({ payer }) => payer === "AMC"],
  ["from=2025-11-23", ({ paidOn }) => paidOn >= "2025-11-23"],
  ["to=2025-11-23", ({ paidOn }) => paidOn <= "2025-11-23"],
  ["from=23/11/2024&to=23.11.2025", ({ paidOn }) => paidOn >= "2024-11-23" && paidOn <= "2025-11-23"],
  ["beneficiary=P0001", ({ beneficiary }) => beneficiary === "P0001"],
  ["beneficiary=P0007", ({ beneficiary }) => beneficiary === "P0007"],
  ["beneficiary=P0008&payer=amc", ({ beneficiary, payer }) => beneficiary === "P0008" && payer === "AMC"],
  ["q=detartrage", ({ text }) => /détartrage/i.test(text)],
  ["q=HONDT", ({ text }) => /d’hondt/i.test(text)],
  [
    "q=consultation&payer=amo&from=2025-01-01",
    (e) => /consultation/i.test(e.text) && e.payer === "AMO" && e.paidOn >= "2025-01-01",
  ],
  ["q=PH7", ({ text }) => /PH7/.test(text)],
  ["q=%25", ({ text }) => text.includes("%")],
  ["q=_", () => false],
  ["q=remboursement_soins", () => false],
  ["q=%27", ({ text }) => /['’]/.test(text)],
  ["beneficiary=P0002", () => false],
  ["from=2030-01-01", () => false],
  ["q=+++&from=&payer=&beneficiary=", () => true],
];

describe("the list of Alice", () => {
  test.each(searches)(
    "searched with “%s” shows each entry once, in order, to the cent, on all its pages forwards and backwards",
    async (query, isWanted) => {
      const portal = await startPortal();
      const alice = await signedIn(portal, "alice");
      const expected = expectedOf("P0001").filter(isWanted);
      if (query !== "" && !query.startsWith("q=+")) expect(expected.length).toBeLessThan(expectedOf("P0001").length);
      const pages = await walk(alice, `/reimbursements?${query}`, "older");
      const shown = pages.map(({ document }) => rowsOf(document));
      expect(shown.flat()).toEqual(expected.map(({ key, cents }) => ({ key, cents })));
      for (const rows of shown.slice(0, -1)) expect(rows).toHaveLength(25);
      if (pages.length === 1) return;
      const back = await walk(alice, pages.at(-1)!.document.querySelector("#newer")!.getAttribute("href")!, "newer");
      const backwards = back
        .map(({ document }) => rowsOf(document))
        .reverse()
        .flat();
      expect(backwards).toEqual(shown.slice(0, -1).flat());
      expect(pages[0]!.document.querySelector("#newer")).toBeNull();
    },
  );

  test.each(searches)(
    "searched with “%s” gives for each month the totals of the feed, per payer and destination, whole even when the month is cut by a page",
    async (query, isWanted) => {
      const portal = await startPortal();
      const alice = await signedIn(portal, "alice");
      const expected = new Map<string, number>();
      for (const { paidOn, payer, toAccount, cents, counts } of expectedOf("P0001").filter(isWanted)) {
        if (!counts) continue;
        const where = toAccount ? "versé sur un compte" : "payé directement à des professionnels";
        const key = `${paidOn.slice(0, 7)} ${payer === "AMO" ? "Assurance Maladie" : "SMENO"} ${where}`;
        expected.set(key, (expected.get(key) ?? 0) + cents);
      }
      const shown = new Map<string, number>();
      for (const { document } of await walk(alice, `/reimbursements?${query}`, "older"))
        for (const heading of document.querySelectorAll("#results h2"))
          for (const item of heading.nextElementSibling!.querySelectorAll("li")) {
            const amount = item.querySelector("strong")!.textContent;
            const [payer, where] = item.textContent.split(amount).map((part) => part.replace(/[\s:]+$/, "").trim());
            const key = `${heading.id.slice(1)} ${payer} ${where}`;
            if (shown.has(key)) expect(shown.get(key)).toBe(cents(amount));
            shown.set(key, cents(amount));
          }
      // More taken back than paid: not a sum that came.
      const told = [...expected].map(([key, sum]) => [
        sum < 0 ? key.replace("versé sur un compte", "repris sur vos remboursements") : key,
        sum,
      ]);
      expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(told));
    },
  );
});

test("a payment that arrives while she reads moves no page, is not missed, and shows no entry twice", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const before = expectedOf("P0001").map(({ key }) => key);
  const first = await alice.get("/reimbursements");
  portal.db.$client.exec(`
    INSERT INTO payments (member_id, paid_on, payment_id, payer, nature, amount_cents, recipient, status, version, digest)
      VALUES ('P0001', '2026-11-23', 'ZNEW', 'AMO', 'REMBOURSEMENT_SOINS', 1234, 'assure', 'emis', 1, x'00');
    INSERT INTO lines (beneficiary_id, line_id, amo_payment_id, care_from, act_code, label, quantity, expense_cents, amo_gross_cents, amo_cents, pathway, type, version)
      VALUES ('P0001', 'ZNEWLINE', 'ZNEW', '2026-11-20', 'G', 'Nouveau soin', 1, 1234, 1234, 1234, 'O', 'NORMALE', 1);
    INSERT INTO line_payments (member_id, paid_on, payment_id, line_id, beneficiary_id, payer, amount_cents)
      VALUES ('P0001', '2026-11-23', 'ZNEW', 'ZNEWLINE', 'P0001', 'AMO', 1234);`);
  const older = first.document.querySelector("#older")!.getAttribute("href")!;
  const rest = await walk(alice, older, "older");
  const seen = [first, ...rest].flatMap(({ document }) => rowsOf(document)).map(({ key }) => key);
  expect(seen).toEqual(before);
  const back = await walk(alice, rest[0]!.document.querySelector("#newer")!.getAttribute("href")!, "newer");
  const newest = back
    .reverse()
    .flatMap(({ document }) => rowsOf(document))
    .map(({ key }) => key);
  expect(newest).toEqual(["ZNEW#ZNEWLINE", ...before.slice(0, 25)]);
});

test("the list of Bob shows the payment his bank sent back, struck and named so, outside the total of its month", async () => {
  const portal = await startPortal();
  const bob = await signedIn(portal, "bob");
  const expected = expectedOf("P0002");
  const pages = await walk(bob, "/reimbursements", "older");
  expect(pages.flatMap(({ document }) => rowsOf(document))).toEqual(expected.map(({ key, cents }) => ({ key, cents })));
  const page = await bob.get("/reimbursements?from=2026-05-07&to=2026-05-07");
  const row = page.document.querySelector('a[href^="/reimbursements/AMOREJECT1"]')!.closest("tr")!;
  expect(row.querySelector("s")?.textContent).toBe("17,35\u00a0€");
  expect(row.querySelector(".flag")?.textContent).toBe("paiement rejeté");
  const others = expected.filter((entry) => entry.paidOn === "2026-05-07" && entry.counts);
  expect(page.document.querySelectorAll("#results .totals li")).toHaveLength(others.length > 0 ? 1 : 0);
  expect((await bob.get("/reimbursements/AMOREJECT1")).document.querySelector("main")?.textContent).toContain(
    "Rejeté par la banque",
  );
});

test("amounts paid to professionals are named so on their line and summed apart from those on the account", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const page = await alice.get("/reimbursements?q=classe+A");
  const rows = [...page.document.querySelectorAll("#results tbody tr")];
  expect(rows).toHaveLength(6);
  for (const row of rows) expect(row.textContent).toContain("payé au professionnel");
  const totals = [...page.document.querySelectorAll(".totals li")].map(({ textContent }) => textContent);
  expect(totals).toEqual([
    "Assurance Maladie\u00a0: 17,10\u00a0€ payé directement à des professionnels",
    "SMENO\u00a0: 77,90\u00a0€ payé directement à des professionnels",
  ]);
});

test("a cancelled line is struck where it stands, and its cancellation and correction are named", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const page = await alice.get("/reimbursements?from=2025-10-01&to=2025-12-31&payer=amo&q=hondt");
  const textOf = (line: string) =>
    page.document.querySelector(`a[href$="#${line}"]`)?.closest("tr")?.textContent.replace(/\s+/g, " ");
  expect(textOf("EX01")).toContain("Montant annulé : 19,00 €");
  expect(textOf("EX01")).toContain("annulé");
  expect(textOf("EX10A")).toContain("Annulation : Consultation médecine générale");
  expect(textOf("EX10A")).toContain("−19,00 €");
  expect(textOf("EX10B")).toContain("Correction : Consultation médecine générale");
  expect(textOf("EX10B")).toContain("15,50 €");
});

test("before the first feed the page says so; with no payment of one's own it says that instead; and a search that finds nothing says that", async () => {
  const portal = await startPortal();
  const bob = await signedIn(portal, "bob");
  const words = async (query = "") =>
    (await bob.get(`/reimbursements${query}`)).document.querySelector("#results")?.textContent;
  expect(await words("?q=introuvable")).toBe("Aucun remboursement ne correspond à votre recherche.");
  portal.db.$client.exec(
    "DELETE FROM line_payments WHERE member_id = 'P0002'; PRAGMA foreign_keys = OFF; DELETE FROM payments WHERE member_id = 'P0002'; PRAGMA foreign_keys = ON",
  );
  expect(await words()).toContain("Vous n’avez aucun remboursement sur les trois dernières années");
  expect((await bob.get("/dashboard")).document.querySelector("main")?.textContent).toContain("pas encore de paiement");
  portal.db.$client.exec("DELETE FROM data_freshness");
  expect(await words()).toContain("Nous n’avons pas encore reçu vos remboursements");
});

test("htmx gets the region alone with its title and its announcement, anyone else the whole page, and caches can tell them apart", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const part = await alice.htmx("/reimbursements?payer=amc");
  expect(part.status).toBe(200);
  expect(part.text).toMatch(/^<title>Mes remboursements – /);
  expect(part.text).not.toContain("<html");
  expect(part.text.match(/id="results"/g)).toHaveLength(1);
  expect(part.document.querySelector("#status[hx-swap-oob]")?.textContent).toBe("25 lignes affichées");
  expect(part.document.querySelector("h1, header, footer")).toBeNull();
  expect(part.headers.get("vary")).toContain("HX-Request-Type");
  const whole = await alice.get("/reimbursements?payer=amc");
  expect(whole.headers.get("vary")).toContain("HX-Request-Type");
  expect(whole.document.querySelector("#results")?.innerHTML).toBe(part.document.querySelector("#results")?.innerHTML);
  const boosted = await alice.get("/reimbursements", { "hx-request": "true", "hx-request-type": "full" });
  expect(boosted.text).toMatch(/^<!doctype html>/);
});

test("a fault in the search asked for by htmx takes the place of the whole content, once", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const part = await alice.htmx("/reimbursements?from=2026-02-30");
  expect(part.status).toBe(422);
  expect(part.headers.get("hx-retarget")).toBe("#content");
  expect(part.headers.get("hx-reswap")).toBe("innerHTML");
  expect(part.document.querySelectorAll("h1")).toHaveLength(1);
  expect(part.document.querySelector("header, footer, main")).toBeNull();
  expect(part.document.querySelector('.errors a[href="#from"]')).not.toBeNull();
});

test.each(["D’Hondt", "D'Hondt", "d‘hondt"])(
  "searching “%s” finds the professional, whichever apostrophe is typed",
  async (q) => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    const page = await alice.get(`/reimbursements?q=${encodeURIComponent(q)}`);
    expect(page.document.querySelectorAll("#results tbody tr").length).toBeGreaterThan(5);
  },
);
