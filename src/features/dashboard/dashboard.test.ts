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
