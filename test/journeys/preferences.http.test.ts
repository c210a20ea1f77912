import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoFolder, espace, killServers, removeFolders, runtimes, startServer } from "../kit/server.ts";
import { visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

type Lists = { lists: { sequence: number; folder: string; files: { list: string; name: string }[] } | null };

describe.each(runtimes)("on %s", (runtime) => {
  test("6.1 6.2 D11a choices reach the lists, their links stop them, and the company's own withdrawals come back", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir, ORIGIN: server.url };
    const lists = async () => {
      const { output } = await espace(runtime, ["export", "--json"], settings);
      return (JSON.parse(output) as Lists).lists;
    };
    const rowsOf = (written: NonNullable<Lists["lists"]>, list: string) =>
      readFileSync(join(written.folder, written.files.find((file) => file.list === list)!.name), "utf8")
        .split("\r\n")
        .slice(1, -1)
        .map((row) => row.split(";"));

    const [alice, bob] = [visitor(server), visitor(server)];
    await alice.signIn("10000001");
    await bob.signIn("10000002");
    const chosen = { newsletterSmeno: "on", partnerOffers: "on", language: "fr" };
    expect((await alice.post("/preferences", chosen)).location).toBe("/preferences?saved");
    await bob.post("/preferences", { partnerOffers: "on", language: "fr" });

    const first = (await lists())!;
    expect(readdirSync(first.folder)).toContain("manifest.json");
    expect(rowsOf(first, "newsletter_smeno").map(([email]) => email)).toContain("alice@demo.example");
    const emails = rowsOf(first, "partner_offers").map(([email]) => email);
    expect(emails).toEqual(expect.arrayContaining(["alice@demo.example", "bob@demo.example"]));
    expect(await lists()).toBeNull();

    // As a mail server does: no cookie, no word of where it comes from.
    const link = rowsOf(first, "newsletter_smeno").find(([email]) => email === "alice@demo.example")![3]!;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const stopped = await fetch(link, {
      method: "POST",
      headers,
      body: "List-Unsubscribe=One-Click",
      redirect: "manual",
    });
    expect(stopped.status).toBe(200);
    const file = join(server.dataDir, "desinscriptions_20261124060000_1.csv");
    const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
    writeFileSync(file, `version;email;liste;lien;date_desinscription\n1;bob@demo.example;partner_offers;;${today}\n`);
    const imported = await espace(runtime, ["import", file, "--json"], settings);
    expect(JSON.parse(imported.output)).toMatchObject({ applied: 1, rejected: 0 });

    const second = (await lists())!;
    expect(second.sequence).toBe(first.sequence + 1);
    expect(rowsOf(second, "newsletter_smeno").map(([email]) => email)).not.toContain("alice@demo.example");
    expect(rowsOf(second, "partner_offers").map(([email]) => email)).not.toContain("bob@demo.example");
    const { document } = await alice.get("/preferences");
    expect(document.querySelector("#choice-newsletterSmeno li")!.textContent).toContain("par le lien d’un e-mail");
    expect((await bob.get("/preferences")).document.querySelector("#choice-partnerOffers li")!.textContent).toContain(
      "routeur",
    );
  });
});
