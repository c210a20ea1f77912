import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoFolder, espace, killServers, newFolder, removeFolders, runtimes, startServer } from "../kit/server.ts";
import { type Answer, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const block = ({ document }: Answer, id: string) => flat(document.querySelector(`section#${id}`)?.textContent);
const main = ({ document }: Answer) => flat(document.querySelector("main")?.textContent);

describe.each(runtimes)("on %s", (runtime) => {
  test("members read their file and the situation of their card, each one's own alone", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const [alice, bob, chloe] = [visitor(server), visitor(server), visitor(server)];
    expect((await alice.get("/dossier")).location).toBe("/login?next=%2Fdossier");
    expect((await alice.signIn("10000001")).status).toBe(303);
    expect((await bob.signIn("10000002")).status).toBe(303);
    expect((await chloe.signIn("10000003")).status).toBe(303);

    const file = await alice.get("/dossier");
    expect(file.status).toBe(200);
    expect(file.document.querySelector("header [aria-current=page]")?.textContent).toBe("Mon dossier");
    expect(block(file, "identity")).toContain("2 02 ** ** *** *** **");
    expect(block(file, "bank")).toContain("FR76 •••• 976");
    expect(block(file, "address")).toContain("France");
    expect(block(file, "contract")).toContain("Confort Étudiant");
    expect(file.document.querySelectorAll("#guarantees tbody tr").length).toBe(11);
    expect(block(file, "instalments")).toMatch(/Prochaine échéance97,50 € le 5 /);

    const english = await alice.get("/dossier?lang=en");
    expect(english.document.documentElement.getAttribute("lang")).toBe("en");
    expect(block(english, "contact")).toContain("alice@demo.example (verified)");
    expect(block(english, "guarantees")).toContain("150% of the base");

    const bobs = await bob.get("/dossier");
    expect(bobs.document.querySelector("#contract, #guarantees, #instalments, #transmission")).toBeNull();
    expect(bobs.text).not.toMatch(/LEFÈVRE|D’HONDT/);
    const chloes = await chloe.get("/dossier");
    expect(chloes.document.querySelector("#rights")).toBeNull();
    expect(block(chloes, "contract")).toContain("En cours");

    const card = await alice.get(file.document.querySelector("main a[href='/vitale']")!.getAttribute("href")!);
    expect(main(card)).toContain("Card of Léo LEFÈVRE-ROUSSEL");
    expect(main(await bob.get("/vitale"))).toContain("En circulation");

    await server.stop();
    const said = server.errors() + server.log().map((line) => JSON.stringify(line));
    for (const secret of ["LEFÈVRE", "FR76", "HOPITAL", "C0002", "8765"]) expect(said).not.toContain(secret);
  });

  test("what the back office sends is on the page at once", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const bob = visitor(server);
    await bob.signIn("10000002");
    expect(block(await bob.get("/vitale"), "card-1")).toContain("En circulation");
    const file = join(newFolder(), "vitale_20260102120000_000001.csv");
    writeFileSync(
      file,
      "op;version;maj_le;personne_id;num_carte;statut;motif;statut_le\nU;99;;P0002;3590022222;en_opposition;vol;2026-01-02\n",
    );
    const imported = await espace(runtime, ["import", file, "--json"], { DATA_DIR: server.dataDir });
    expect(JSON.parse(imported.output)).toMatchObject({ applied: 1, rejected: 0 });
    const card = block(await bob.get("/vitale"), "card-1");
    expect(card).toContain("En opposition");
    expect(card).toContain("Depuis le2 janvier 2026");
    expect(card).toContain("MotifVol");
    await server.stop();
  });
});
