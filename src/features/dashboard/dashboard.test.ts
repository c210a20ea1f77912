import { describe, expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";

/** Bob, whom nothing was paid to. */
async function bobsPortal() {
  const portal = await startPortal();
  portal.db.$client.exec("PRAGMA foreign_keys = OFF; DELETE FROM payments WHERE member_id = 'P0002'");
  const bob = portal.browser();
  await bob.signIn("bob");
  const main = async (path: string) =>
    ((await bob.get(path)).document.querySelector("main")?.textContent ?? "").replace(/\s+/g, " ").trim();
  const setAge = (sql: string) => {
    portal.db.$client.exec(sql);
    portal.advance({ seconds: 6 });
  };
  return { main, setAge };
}

const late =
  "UPDATE data_freshness SET as_of = unixepoch('2026-11-10T05:00:00Z') WHERE entity IN ('paiements', 'lignes')";
const never = "DELETE FROM data_freshness WHERE entity IN ('paiements', 'lignes')";

describe("8.2 a list without a payment says why it is empty:", () => {
  test("there was none", async () => {
    const { main } = await bobsPortal();
    expect(await main("/dashboard")).toContain("Vous n’avez pas encore de paiement.");
    expect(await main("/reimbursements")).toContain("Vous n’avez aucun remboursement");
  });

  test("the data are late", async () => {
    const { main, setAge } = await bobsPortal();
    setAge(late);
    for (const path of ["/dashboard", "/reimbursements"]) {
      const text = await main(path);
      expect([path, text]).toEqual([path, expect.stringContaining("jusqu’au 10 novembre 2026 à 06:00")]);
      expect(text).not.toMatch(/n’avez (?:pas encore de paiement|aucun remboursement)/);
    }
  });

  test("none has come yet", async () => {
    const { main, setAge } = await bobsPortal();
    setAge(never);
    for (const path of ["/dashboard", "/reimbursements"]) {
      const text = await main(path);
      expect([path, text]).toEqual([path, expect.stringContaining("Nous n’avons pas encore reçu vos")]);
      expect(text).not.toMatch(/n’avez (?:pas encore de paiement|aucun remboursement)/);
    }
  });
});

describe("what matters now:", () => {
  async function alice() {
    const portal = await startPortal();
    const browser = portal.browser();
    await browser.signIn("alice");
    const sections = async () => {
      const main = (await browser.get("/dashboard")).document.querySelector("main")!;
      return [...main.querySelectorAll("h2 + ul")].flatMap((list) =>
        [...list.querySelectorAll("li")].map((item) => [
          item.textContent.replace(/\s+/g, " ").trim(),
          item.querySelector("a")?.getAttribute("href"),
        ]),
      );
    };
    const requests = async () => (await sections()).filter(([, href]) => !href?.startsWith("/reimbursements"));
    return { portal, browser, requests };
  }

  test("nothing is under way, and nothing is said of it", async () => {
    const { requests } = await alice();
    expect(await requests()).toEqual([]);
  });

  test("a change, a card and a message are listed until they are answered, each with its page", async () => {
    const { portal, browser, requests } = await alice();
    const address = { line1: "Mme Alice Martin", line4: "12 rue des Lilas", line6: "59000 Lille", country: "FR" };
    await browser.post("/dossier/address", address);
    const trip = { beneficiaries: "P0007", country: "ES", departureDay: "20", departureMonth: "1", returnDay: "3" };
    await browser.post("/ehic/requests", { ...trip, departureYear: "2027", returnMonth: "2", returnYear: "2027" });
    await browser.post("/contact", { subject: "Un acte", message: "Pourquoi ?" });
    const found = await requests();
    expect(found.map(([, href]) => href)).toEqual(["/dossier/changes", "/ehic", "/messages"]);
    expect(found[0]![0]).toMatch(/^Adresse postale : changement demandé le 23 novembre 2026/);
    expect(found[1]![0]).toBe("Carte européenne : 1 demande en cours");
    expect(found[2]![0]).toBe("1 message attend notre réponse");
    portal.db.$client.exec("UPDATE threads SET waiting_since = NULL; DELETE FROM changes; DELETE FROM card_requests");
    expect(await requests()).toEqual([]);
  });

  test("what the file asks for stands first: a missing account, rejected instalments, rights that end", async () => {
    const { portal, requests } = await alice();
    portal.db.$client.exec(`PRAGMA foreign_keys = OFF;
      DELETE FROM bank_accounts WHERE member_id = 'P0001';
      UPDATE amo_rights SET rights_to = '2026-12-01' WHERE member_id = 'P0001';
      UPDATE instalments SET status = 'rejete', amount_cents = 2100 WHERE instalment_id IN (
        SELECT instalment_id FROM instalments i JOIN contracts c USING (contract_id)
        WHERE c.subscriber_id = 'P0001' AND i.ended = 0 LIMIT 2)`);
    expect((await requests()).map(([text, href]) => [text!.slice(0, 42).trim(), href])).toEqual([
      ["2 échéances rejetées sont impayées, soit 4", "/dossier#instalments"],
      ["Nous ne connaissons pas de compte pour les", "/dossier/bank"],
      ["Nous ne connaissons pas de compte pour les", "/dossier/bank"],
      ["Vos droits à l’Assurance Maladie se termin", "/dossier#rights"],
    ]);
  });
});
