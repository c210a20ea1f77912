import { describe, expect, test } from "vitest";
import type { Page } from "../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../test/kit/portal.ts";

const banner = ({ document }: Page) => document.querySelector("section.banner")?.textContent.replace(/\s+/g, " ");
const asOf = (portal: Portal, entity: string, hours: number) =>
  portal.db.$client
    .prepare("INSERT OR REPLACE INTO data_freshness (entity, as_of) VALUES (?, ?)")
    .run(entity, portal.clock() / 1000 - hours * 3600);

async function signedIn(portal: Portal) {
  const alice = portal.browser();
  await alice.signIn("alice");
  return alice;
}

describe("a late feed", () => {
  test.each([
    ["/dashboard", "paiements"],
    ["/reimbursements", "lignes"],
    ["/dossier", "amo"],
    ["/vitale", "vitale"],
  ])("%s says of which day its data are when %s is late, and keeps its list", async (path, entity) => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    expect(banner(await alice.get(path))).toBeUndefined();
    portal.advance({ seconds: 5 });
    asOf(portal, entity, 49);
    const page = await alice.get(path);
    expect(banner(page)).toContain("Données du 21 novembre 2026 à 08:00.");
    expect(page.document.querySelectorAll("main li, main dl").length).toBeGreaterThan(0);
    expect(banner(await alice.get("/account"))).toBeUndefined();
  });

  test.each([
    [-1, false],
    [0, false],
    [1, true],
  ])("48 hours and %i s: told %s", async (offset, told) => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    asOf(portal, "vitale", 48);
    portal.setTime(portal.clock() + offset * 1000);
    expect(banner(await alice.get("/vitale")) !== undefined).toBe(told);
  });

  test("the setting moves the limit", async () => {
    const portal = await startPortal({ settings: { FEED_LATE_HOURS: "2" } });
    const alice = await signedIn(portal);
    asOf(portal, "vitale", 3);
    expect(banner(await alice.get("/vitale?lang=en"))).toContain("Data of 23 November 2026");
  });

  test("before any import, pages say that nothing has come", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    portal.db.$client.exec(
      "DELETE FROM data_freshness; DELETE FROM line_payments; DELETE FROM lines; DELETE FROM payments",
    );
    for (const path of ["/dashboard", "/reimbursements", "/dossier", "/vitale"])
      expect([path, banner(await alice.get(path))]).toEqual([path, expect.stringContaining("Aucune donnée")]);
  });

  test("an import is felt within five seconds, and asking costs no query in between", async () => {
    const portal = await startPortal();
    const alice = await signedIn(portal);
    asOf(portal, "vitale", 100);
    expect(banner(await alice.get("/vitale"))).toBeDefined();
    asOf(portal, "vitale", 0);
    portal.advance({ seconds: 4 });
    expect(banner(await alice.get("/vitale"))).toBeDefined();
    portal.advance({ seconds: 1 });
    expect(banner(await alice.get("/vitale"))).toBeUndefined();
  });

  test("visitors are told nothing", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("DELETE FROM data_freshness");
    expect(banner(await portal.browser().get("/"))).toBeUndefined();
  });
});
