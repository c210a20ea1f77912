import { parse } from "csv-parse/sync";
import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

async function download(portal: Portal, who: string, query = "") {
  const browser = portal.browser();
  await browser.signIn(who);
  const answer = await browser.get(`/reimbursements/export.csv${query}`);
  const rows = parse(answer.text, { delimiter: ";", bom: true, columns: true, record_delimiter: "\r\n" });
  return { answer, rows: rows as Record<string, string>[] };
}

/** Opens a session for somebody of the demo who has no account yet. */
async function signedInAs(portal: Portal, memberId: string) {
  portal.db.$client
    .prepare(
      "INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at) VALUES ('A', ?, 'active', 'x@demo.example', 'fr', 0, 0)",
    )
    .run(memberId);
  const browser = portal.browser();
  browser.cookies.set(
    "session",
    await portal.sessions.start("A", { label: "firefox/linux", network: "127.0.0.x", withPassword: true }),
  );
  return browser;
}

test("the download is a UTF-8 file with its mark, named by the day, that no browser shows as a page", async () => {
  const portal = await startPortal();
  const { answer } = await download(portal, "alice");
  expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  expect(answer.headers.get("content-disposition")).toBe('attachment; filename="remboursements-2026-11-23.csv"');
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  expect(answer.headers.get("cache-control")).toContain("no-store");
});

test("each line of an example is told with the amounts of the feed, a decimal comma in French and a point in English", async () => {
  const portal = await startPortal();
  const { rows } = await download(portal, "alice", "?payer=amo");
  const row = rows.find((candidate) => candidate.Soin === "Verre de classe A, œil droit (100 % Santé)");
  expect(row).toEqual({
    "Date de paiement": "2026-08-19",
    Payeur: "Assurance Maladie",
    "Montant de ce paiement pour la ligne": "5,85",
    "État du paiement": "payé",
    Destinataire: "professionnel",
    Décompte: expect.any(String),
    "Début du soin": "2026-08-15",
    "Fin du soin": "",
    Bénéficiaire: "Alice Marie",
    Professionnel: expect.any(String),
    "Code acte": "V01",
    Soin: "Verre de classe A, œil droit (100 % Santé)",
    "Type de ligne": "normale",
    Quantité: "1",
    Dépense: "32,50",
    "Base de remboursement": "9,75",
    Taux: "60,00",
    "Part AMO avant retenues": "5,85",
    "Participation forfaitaire": "0,00",
    Franchise: "0,00",
    "Versé par l’Assurance Maladie": "5,85",
    "Versé par la mutuelle": "26,65",
    "Reste à charge": "0,00",
  });
  const english = await download(portal, "alice", "?payer=amo&lang=en");
  expect(Object.values(english.rows[0]!).join(" ")).toMatch(/\d\.\d\d/);
  expect(Object.values(english.rows[0]!).join(" ")).not.toMatch(/\d,\d\d/);
});

test.each(["", "?payer=amc", "?from=2025-01-01&q=hondt", "?beneficiary=P0008", "?q=introuvable"])(
  "the download of “%s” has as many rows as the list has entries",
  async (query) => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    let entries = 0;
    let address: string | null | undefined = `/reimbursements${query}`;
    const first = await alice.get(address);
    while (address) {
      const page = await alice.get(address);
      entries += page.document.querySelectorAll("#results tbody tr").length;
      address = page.document.querySelector("#older")?.getAttribute("href");
    }
    const { rows } = await download(portal, "alice", query);
    expect(rows).toHaveLength(entries);
    const link = first.document.querySelector("#results a[download]")?.getAttribute("href");
    expect(link).toBe(entries === 0 ? undefined : `/reimbursements/export.csv${query}`);
  },
);

test("negative amounts stay numbers, pending ones stay empty", async () => {
  const portal = await startPortal();
  const { rows } = await download(portal, "alice", "?payer=amo");
  const cancelled = rows.find((row) => row["Type de ligne"] === "annulation")!;
  expect([cancelled.Quantité, cancelled.Dépense, cancelled["Reste à charge"]]).toEqual(["-1", "-30,00", "-2,00"]);
  const deducted = rows.find((row) => row["Type de ligne"] === "retenue")!;
  expect(deducted["Versé par l’Assurance Maladie"]).toMatch(/^-\d+,\d\d$/);
  const pending = rows.find(
    (row) => row.Soin === "Téléconsultation généraliste" && row["Date de paiement"] === "2026-11-23",
  )!;
  expect([pending["Versé par la mutuelle"], pending["Reste à charge"]]).toEqual(["", ""]);
});

test("Bob, without a mutual, has no column of it, and what is left is named after the compulsory part", async () => {
  const portal = await startPortal();
  const { rows } = await download(portal, "bob");
  const names = Object.keys(rows[0]!);
  expect(names).not.toContain("Versé par la mutuelle");
  expect(names).not.toContain("Reste à charge");
  expect(names.at(-1)).toBe("Reste après l’Assurance Maladie");
  expect(rows.some((row) => row["État du paiement"] === "rejeté")).toBe(true);
});

test("a payment without lines, such as a daily allowance, is in the download as it is in the list", async () => {
  const portal = await startPortal();
  const sarah = await signedInAs(portal, "P0029");
  const answer = await sarah.get("/reimbursements/export.csv?payer=amo&from=2026-10-30");
  const rows: Record<string, string>[] = parse(answer.text, { delimiter: ";", bom: true, columns: true });
  const allowances = rows.filter((row) => row.Soin === "Indemnités journalières");
  expect(
    allowances.map((row) => [
      row["Date de paiement"],
      row["Versé par l’Assurance Maladie"],
      row.Quantité,
      row["Type de ligne"],
    ]),
  ).toEqual([
    ["2026-11-13", "542,88", "", ""],
    ["2026-10-30", "584,64", "", ""],
  ]);
});

const formulas = [
  "=cmd|' /C calc'!A1",
  "+33612345678",
  "@SUM(A1:A9)",
  "-1+1",
  "-cmd",
  "\t=1+1",
  "\r=1+1",
  "=1+1;=2+2",
  '=HYPERLINK("http://evil.example";"x")',
];
const harmless = ['He said "no"; twice', "two\r\nlines", "plain;cell", "a=b", "100 % Santé", "-12,50", "-3"];

test.each(formulas)("the text %j of a provider or an act is not a formula in a spreadsheet", async (text) => {
  const portal = await startPortal();
  portal.db.$client
    .prepare("UPDATE lines SET label = @text, provider = @text, act_code = @text WHERE line_id = 'EX02'")
    .run({ text });
  portal.db.$client.prepare("UPDATE payments SET statement_ref = ? WHERE payment_id = 'AMOEX02'").run(text);
  const { rows } = await download(portal, "alice", "?payer=amo&from=2025-11-13&to=2025-11-13");
  expect(rows).toHaveLength(1);
  const [row] = rows as [Record<string, string>];
  for (const name of ["Soin", "Professionnel", "Code acte", "Décompte"]) expect(row[name]).toBe(`'${text}`);
  for (const cell of Object.values(row)) expect(cell).not.toMatch(/^[=+@\t\r]|^-(?!\d+(?:,\d+)?$)/);
});

test.each(harmless)("the text %j comes out of the file as it went in", async (text) => {
  const portal = await startPortal();
  portal.db.$client.prepare("UPDATE lines SET label = ? WHERE line_id = 'EX02'").run(text);
  const { rows } = await download(portal, "alice", "?payer=amo&from=2025-11-13&to=2025-11-13");
  expect(rows.map((row) => row.Soin)).toEqual([text]);
});

test("a download leaves its evidence with the number of rows, and nothing of what was searched", async () => {
  const portal = await startPortal();
  const { rows } = await download(portal, "alice", "?q=dentaire");
  const last = portal.db.$client
    .prepare("SELECT kind, member_id, details FROM evidence ORDER BY sequence DESC LIMIT 1")
    .get();
  expect(last).toEqual({
    kind: "reimbursements.downloaded",
    member_id: "P0001",
    details: JSON.stringify({ rows: rows.length }),
  });
});

test("a fault in the search of the download shows the page with it, not a file", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  const page = await alice.get("/reimbursements/export.csv?from=2026-13-01");
  expect(page.status).toBe(422);
  expect(page.headers.get("content-type")).toContain("text/html");
  expect(page.document.querySelector('.errors a[href="#from"]')).not.toBeNull();
});
