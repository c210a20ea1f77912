import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { fieldsOfPdf } from "../kit/pdf-fields.ts";
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

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();
const block = ({ document }: Answer, id: string) => flat(document.querySelector(`section#${id}`)?.textContent);

async function fetchForm({ url }: Server, path: string, cookies = new Map<string, string>()) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(new URL(path, url), { headers: cookie ? { cookie } : {}, redirect: "manual" });
  return { status: answer.status, headers: answer.headers, bytes: new Uint8Array(await answer.arrayBuffer()) };
}

describe.each(runtimes)("on %s", (runtime) => {
  test("D7 D8 D9 forms are blank for anybody, filled in for who is signed in", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const alice = visitor(server);
    await alice.signIn("10000001");
    for (const form of ["vitale", "doctor", "accident"]) {
      const blank = await fetchForm(server, `/forms/${form}.pdf`);
      expect([blank.status, blank.headers.get("cache-control")]).toEqual([200, "public, max-age=86400"]);
      expect(textOfPdf(blank.bytes)).not.toContain("LEFÈVRE");
      const own = await fetchForm(server, `/documents/forms/${form}.pdf`, alice.cookies);
      expect([own.status, own.headers.get("cache-control")]).toEqual([200, "private, no-store"]);
      expect(textOfPdf(own.bytes)).toContain("LEFÈVRE");
      expect(fieldsOfPdf(own.bytes).length).toBeLessThan(fieldsOfPdf(blank.bytes).length);
      expect((await fetchForm(server, `/documents/forms/${form}.pdf`)).status).toBe(303);
      expect((await fetchForm(server, `/documents/forms/${form}.pdf?bearer=P0002`, alice.cookies)).status).toBe(404);
    }
    await server.stop();
    const said = server.errors() + server.log().map((line) => JSON.stringify(line));
    for (const secret of ["LEFÈVRE", "20203", "3590098765", "P0002"]) expect(said).not.toContain(secret);
  });

  test("D13 a theft is told, goes out once, and the feed's answer takes its place", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const bob = visitor(server);
    await bob.signIn("10000002");
    const form = await bob.get("/vitale/declare");
    const card = form.document.querySelector("input[name=card]")!.getAttribute("value")!;
    const yesterday = new Date(Date.now() - 86_400_000).toISOString();
    const [happenedYear, happenedMonth, happenedDay] = yesterday.slice(0, 10).split("-") as [string, string, string];
    const day = { happenedYear, happenedMonth, happenedDay };
    const fields = { card, reason: "vol", ...day, place: "Rouen", honour: "on" };
    const sent = await Promise.all(Array.from({ length: 20 }, () => bob.post("/vitale/declare", fields)));
    expect(new Set(sent.map(({ status, location }) => `${status} ${location}`)).size).toBe(1);
    const receipt = await bob.get(sent[0]!.location!);
    expect(flat(receipt.document.querySelector("main")?.textContent)).toContain("Date des faits");
    expect(block(await bob.get("/vitale"), "card-1")).toContain("Opposition demandée le");

    const exported = await espace(runtime, ["export"], { DATA_DIR: server.dataDir });
    expect(exported.code).toBe(0);
    const outbox = join(server.dataDir, "outbox");
    const files = readdirSync(outbox).flatMap((folder) =>
      readdirSync(join(outbox, folder))
        .filter((name) => name.startsWith("declarations_vitale"))
        .map((name) => readFileSync(join(outbox, folder, name), "utf8")),
    );
    expect(files).toHaveLength(1);
    expect(files[0]!.trim().split("\r\n")[1]).toContain(`;P0002;3590022222;vol;${yesterday.slice(0, 10)};Rouen;`);

    const file = join(newFolder(), "vitale_20260102120000_000001.csv");
    writeFileSync(
      file,
      `op;version;maj_le;personne_id;num_carte;statut;motif;statut_le\nU;99;;P0002;3590022222;en_opposition;vol;${yesterday.slice(0, 10)}\n`,
    );
    await espace(runtime, ["import", file, "--json"], { DATA_DIR: server.dataDir });
    const after = block(await bob.get("/vitale"), "card-1");
    expect(after).toContain("En opposition");
    expect(after).not.toContain("Opposition demandée");
    await server.stop();
  });
});
