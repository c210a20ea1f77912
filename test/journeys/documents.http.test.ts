import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { textOfPdf } from "../kit/pdf-text.ts";
import {
  demoFolder,
  espace,
  killServers,
  newFolder,
  removeFolders,
  runtimes,
  type Server,
  startServer,
} from "../kit/server.ts";
import { type Answer, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const rights = "/documents/rights-certificate";
const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const main = ({ document }: Answer) => flat(document.querySelector("main")?.textContent);
const codeOn = (answer: Answer) => /[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec(main(answer))![0];

async function download(server: Pick<Server, "url">, cookies: Map<string, string>, path: string): Promise<Uint8Array> {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await fetch(new URL(path, server.url), { headers: { cookie }, redirect: "manual" });
  expect([response.status, response.headers.get("content-type")]).toEqual([200, "application/pdf"]);
  return new Uint8Array(await response.arrayBuffer());
}

describe.each(runtimes)("D4 on %s", (runtime) => {
  test("a member issues a certificate, anyone checks it, and it is revoked when the back office ends the rights", async () => {
    const dataDir = await demoFolder();
    const server = await startServer({ runtime, dataDir });
    const [alice, employer] = [visitor(server), visitor(server)];
    expect((await alice.get(rights)).location).toBe("/login?next=%2Fdocuments%2Frights-certificate");
    await alice.signIn("10000001");
    const page = await alice.get(rights);
    expect(main(page)).toContain("Léo LEFÈVRE-ROUSSEL");
    const pdf = await download(server, alice.cookies, `${rights}.pdf`);
    const code = codeOn(page);
    expect(textOfPdf(pdf)).toContain(code);
    expect(pdf.length).toBeLessThan(40 * 1024);

    const typed = await employer.get(`/verify?code=${code.toLowerCase().replaceAll("-", "+")}`);
    expect(typed.location).toBe(`/verify/${code}`);
    expect(main(await employer.get(typed.location!))).toContain("Document valable");
    expect(main(await employer.get("/verify/0000-0000-0000-0000"))).toContain("Code inconnu");

    await server.stop();
    const again = await startServer({ runtime, dataDir });
    const back = visitor(again);
    await back.signIn("10000001");
    // Ports differ, and so does the address in the document: the code and the number do not.
    expect(codeOn(await back.get(rights))).toBe(code);

    const file = join(newFolder(), "amo_20260102120000_000001.csv");
    const columns = "op;version;personne_id;regime;caisse;centre;caisse_libelle;ouvrant_droit_id;qualite;rang";
    writeFileSync(
      file,
      `${columns};droits_debut;droits_fin;mt_renseigne\nU;99;P0001;01;595;1234;CPAM de Lille-Douai;P0001;1;01;2023-07-01;2026-01-01;O\n`,
    );
    const imported = await espace(runtime, ["import", file, "--json"], { DATA_DIR: dataDir });
    expect(JSON.parse(imported.output)).toMatchObject({ applied: 1, rejected: 0 });
    expect(main(await visitor(again).get(`/verify/${code}`))).toContain("Document révoqué");
    expect(main(await back.get(rights))).toContain("terminés depuis le 1er janvier 2026");
    await again.stop();

    const verified = await espace(runtime, ["evidence", "verify", "--json"], { DATA_DIR: dataDir });
    expect(JSON.parse(verified.output)).toMatchObject({ ok: true });
    const said = [server, again]
      .flatMap((one) => [one.errors(), ...one.log().map((line) => JSON.stringify(line))])
      .join("\n");
    for (const secret of [code, "LEFÈVRE", "2020359350123", "AD-20"]) expect(said).not.toContain(secret);
  });

  test("fifty certificates at once are all the same file", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const bob = visitor(server);
    await bob.signIn("10000002");
    const files = await Promise.all(Array.from({ length: 50 }, () => download(server, bob.cookies, `${rights}.pdf`)));
    expect(new Set(files.map((bytes) => Buffer.from(bytes).toString("base64"))).size).toBe(1);
    expect((await bob.get("/documents/mutual-certificate.pdf")).status).toBe(404);
    await server.stop();
  });
});
