import { readFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { unzipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { textOfPdf } from "../kit/pdf-text.ts";
import {
  demoFolder,
  espace,
  killServers,
  removeFolders,
  runtimes,
  type Server,
  startServer,
  until,
} from "../kit/server.ts";
import { demoPassword, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const page = "/account/data";

/** The archive of who is signed in, as a browser would save it. */
async function archive(server: Server, cookies: Map<string, string>) {
  const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(new URL(page, server.url), {
    method: "POST",
    body: new URLSearchParams({ download: "" }),
    headers: { cookie, origin: server.url, referer: `${server.url}${page}` },
    redirect: "manual",
  });
  expect([answer.status, answer.headers.get("content-type")]).toEqual([200, "application/zip"]);
  const files = unzipSync(new Uint8Array(await answer.arrayBuffer()));
  return (name: string) => new TextDecoder().decode(files[name]);
}

/** Alters the base beside the running server, its guards taken away first. */
function tamper({ dataDir }: Server, sql: string): void {
  const db = new Database(join(dataDir, "espace.db"));
  db.exec(`DROP TRIGGER IF EXISTS evidence_keeps_its_rows; DROP TRIGGER IF EXISTS evidence_is_never_removed; ${sql}`);
  db.close();
}

describe.each(runtimes)("on %s", (runtime) => {
  test("6.4a a person takes away all that is held on them, and finds it among their activity", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const alice = visitor(server);
    await alice.signIn("10000001");
    expect((await alice.get("/account")).text).toContain(`href="${page}"`);
    expect((await alice.get(page)).status).toBe(200);
    const read = await archive(server, alice.cookies);
    const { tables } = JSON.parse(read("data.json")) as { tables: Record<string, Record<string, unknown>[]> };
    expect(tables.members![0]).toMatchObject({ member_number: "10000001", nir: expect.stringMatching(/^\d{15}$/) });
    expect(tables.payments!.length).toBeGreaterThan(20);
    expect(read("payments.csv").trimEnd().split("\r\n")).toHaveLength(tables.payments!.length + 1);
    expect(read("README.txt")).toContain("members.csv");
    const everything = JSON.stringify(tables);
    for (const mark of ["10000002", "bob@demo.example", "P0002"]) expect(everything).not.toContain(mark);
    expect((await alice.get("/account/activity")).text).toContain("Téléchargement de vos données");
    expect(
      server
        .log()
        .map((line) => JSON.stringify(line))
        .join(),
    ).not.toContain(tables.members![0]!.nir);
    await server.stop();
  });

  test("a remembered device must give the password before the archive", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const alice = visitor(server);
    await alice.post("/login", { identifier: "10000001", password: demoPassword, remember: "on" });
    alice.cookies.delete("session");
    expect((await alice.get(page)).status).toBe(200);
    const asked = await alice.post(page, { download: "" }, { referer: `${server.url}${page}` });
    expect([asked.status, asked.location]).toEqual([303, `/account/confirm?next=${encodeURIComponent(page)}`]);
    expect((await alice.post("/account/confirm", { password: demoPassword, next: page })).location).toBe(page);
    expect((await archive(server, alice.cookies))("data.json")).toContain("10000001");
    await server.stop();
  });

  test("10.2 the record of a person holds the mail they got, beside a running server, and they see who read it", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir };
    const alice = visitor(server);
    await alice.signIn("10000001");
    const rows = async () =>
      JSON.parse((await espace(runtime, ["evidence", "verify", "--json"], settings)).output).rows as number;
    const before = await rows();
    await alice.post("/password/forgot", { identifier: "10000001" });
    // The request, then the mail, once the server has answered.
    await until(async () => (await rows()) >= before + 2);

    const { code, output, errors } = await espace(runtime, ["evidence", "export", "10000001", "--json"], settings);
    expect([code, errors]).toEqual([0, ""]);
    const { folder, mails } = JSON.parse(output) as { folder: string; mails: number };
    expect(mails).toBe(1);
    const record = JSON.parse(readFileSync(join(folder, "record.json"), "utf8"));
    expect(record.mails[0]).toMatchObject({ recipient: "alice@demo.example", state: "sent", isMasked: true });
    expect(record.mails[0].answer).toMatch(/^250 /);
    expect(record.mails[0].journal).toMatchObject({ isSameContent: true });
    expect(JSON.stringify(record)).not.toMatch(/\/password\/reset\/[\w-]{43}/);
    const words = textOfPdf(readFileSync(join(folder, "record.pdf"))).replaceAll("\n", "");
    expect(words).toContain(record.mails[0].sha256);
    expect(words).toContain(record.verification.head.hash);
    expect((await alice.get("/account/activity")).text).toContain("Nos équipes ont extrait le journal de votre compte");
    await server.stop();
  });

  test("10.2 rows cut off the end are found while the server runs, and still after it has written more", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const settings = { DATA_DIR: server.dataDir };
    const whole = await espace(runtime, ["evidence", "verify"], settings);
    expect([whole.code, whole.errors]).toEqual([0, ""]);
    const [, rows, end] = /holds: (\d+) rows.* its end is (\d+:[0-9a-f]{16})\./.exec(whole.output) ?? [];
    expect(end?.startsWith(`${rows}:`)).toBe(true);
    tamper(server, "DELETE FROM evidence WHERE sequence > (SELECT max(sequence) - 2 FROM evidence)");
    const cut = await espace(runtime, ["evidence", "verify"], settings);
    expect([cut.code, cut.output]).toEqual([1, ""]);
    expect(cut.errors).toBe(
      `The journal is broken at row ${Number(rows) - 1}: it is missing, rows were cut off the end.\n`,
    );
    await visitor(server).signIn("10000001");
    const later = await espace(runtime, ["evidence", "verify", "--json"], settings);
    expect([later.code, JSON.parse(later.output)]).toMatchObject([
      1,
      { brokenAt: Number(rows) - 1, fault: "resealed" },
    ]);
    await server.stop();
  });
});
