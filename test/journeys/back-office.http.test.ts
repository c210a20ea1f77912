import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoFolder, espace, killServers, removeFolders, runtimes, startServer, until } from "../kit/server.ts";
import { ceamFile, staffFields, stayInTwoMonths } from "./back-office.ts";
import { type Answer, demoPassword, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const main = ({ document }: Answer) => (document.querySelector("main")?.textContent ?? "").replace(/\s+/g, " ").trim();
const seenOn = ({ document }: Answer) => document.querySelector("input[name=seen]")!.getAttribute("value")!;

describe.each(runtimes)("on %s", (runtime) => {
  test("D5 the whole trip: a member asks for a card, an adviser treats it, the file goes out and comes back", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir };
    const [alice, adviser, admin] = [visitor(server), visitor(server), visitor(server)];
    await alice.signIn("10000001");
    const asked = await alice.post("/ehic/requests", { beneficiaries: "P0007", country: "ES", ...stayInTwoMonths() });
    expect(asked.location).toBe("/ehic?done=asked");

    expect((await adviser.get("/staff/ehic")).location).toBe("/staff/login?next=%2Fstaff%2Fehic");
    for (const [who, browser] of [
      ["adviser", adviser],
      ["admin", admin],
    ] as const)
      expect((await browser.post("/staff/login", await staffFields(server, who, demoPassword))).location).toBe(
        "/staff",
      );
    const list = await adviser.get("/staff/ehic");
    const path = list.document.querySelector("main tbody th a")!.getAttribute("href")!;
    const [seen, also] = [seenOn(await adviser.get(path)), seenOn(await admin.get(path))];
    const decided = await adviser.post(path, { seen, decision: "in_production", reason: "Dossier complet" });
    expect(decided.location).toBe("/staff/ehic?done=told");
    // A colleague had the same page open.
    const late = await admin.post(path, { seen: also, decision: "refused", reason: "Trop tard" });
    expect([late.status, main(late).includes("adviser@demo.example")]).toEqual([409, true]);
    expect(main(await alice.get("/ehic"))).toContain("En fabrication");

    const exported = await espace(runtime, ["export", "--json"], settings);
    const [feed] = (JSON.parse(exported.output) as { feeds: { folder: string }[] }).feeds;
    const name = readdirSync(feed!.folder).find((file) => file.startsWith("demandes_ceam_"))!;
    const [, row] = readFileSync(join(feed!.folder, name), "utf8").trimEnd().split("\r\n");
    const requestId = row!.split(";")[0]!;
    expect(path).toBe(`/staff/ehic/${requestId}`);

    const inbox = join(server.dataDir, "answers");
    mkdirSync(inbox, { recursive: true });
    const file = join(inbox, "ceam_20261124060000_1.csv");
    writeFileSync(file, ceamFile(requestId, "P0007", "expediee"));
    expect((await espace(runtime, ["import", file], settings)).code).toBe(0);
    expect(main(await alice.get("/ehic"))).toContain("Expédiée");
    expect(main(await adviser.get(path))).toContain("Expédiée");
    expect(main(await adviser.get("/staff/ehic"))).toContain("Rien n’attend.");
    const told = await until(async () => {
      const mails = await server.mails("alice@demo.example");
      return mails.length >= 3 ? mails : undefined;
    });
    expect(JSON.stringify(told)).not.toContain("adviser@demo.example");
    await server.stop();
  });
});
