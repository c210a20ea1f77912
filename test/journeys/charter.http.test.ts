import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { afterAll, describe, expect, test } from "vitest";
import { parisDay } from "../../src/lib/dates.ts";
import { type Db, openDatabase, write } from "../../src/platform/database.ts";
import {
  demoFolder,
  denoBinary,
  espace,
  killServers,
  launch,
  newFolder,
  productFolder,
  type Runtime,
  removeFolders,
  runtimes,
  startServer,
  until,
} from "../kit/server.ts";
import { visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const today = parisDay(Date.now());

function charterFile(): string {
  const file = join(newFolder(), "5.fr.md");
  writeFileSync(file, "# Charte d’utilisation\n\nUne nouvelle règle.\n\n## 1. Un article\n\n- un point.\n");
  return file;
}

const publish = (file: string) => ["charter", "publish", file, "--version", "5", "--effective", today];

/** The command line as a process that can be killed. */
function start(runtime: Runtime, args: string[], dataDir: string) {
  const file = join(productFolder, "dist", "cli.js");
  const command: [string, ...string[]] =
    runtime === "node"
      ? [process.execPath, file, ...args]
      : [denoBinary(), "run", "-A", "--node-modules-dir=manual", file, ...args];
  return launch(command, { DATA_DIR: dataDir });
}

function addAccounts(db: Db, count: number): void {
  const person = db.$client.prepare(
    `INSERT INTO members (member_id, affiliate_number, birth_name, first_names, birth_date, is_affiliate, is_subscriber,
       version, digest)
     VALUES (?, ?, 'Dupont', 'Camille', '2004-05-06', 1, 0, 1, x'00')`,
  );
  const account = db.$client.prepare(
    `INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at)
     VALUES (?, ?, 'active', ?, 'fr', 1, 1)`,
  );
  write(db, () => {
    for (let index = 0; index < count; index++) {
      person.run(`X${index}`, `X${index}`);
      account.run(`x${index}`, `X${index}`, `x${index}@example.fr`);
    }
  });
}

describe.each(runtimes)("on %s", (runtime) => {
  test("P7 P8 a version is published while the portal serves: the mail, the banner, the contest and its receipt", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const alice = visitor(server);
    await alice.signIn("10000001");
    expect((await alice.get("/dashboard")).document.querySelector("aside.banner")).toBeNull();
    const nothing = await alice.get("/charter/contest");
    expect(nothing.document.querySelector("h1")?.textContent).toBe("Pas de nouvelle charte à contester");

    const published = await espace(runtime, [...publish(charterFile()), "--json"], { DATA_DIR: server.dataDir });
    expect([published.code, published.errors]).toEqual([0, ""]);
    expect(JSON.parse(published.output)).toMatchObject({ version: 5, effective: today, notified: 3 });

    const mail = await server.waitForMail("alice@demo.example");
    expect(mail.subject).toContain("La charte de votre espace SMENO change");
    const path = /https?:\/\/[^/\s]+(\/charter\/versions\/5)/.exec(mail.text ?? "")![1]!;
    const version = await visitor(server).get(path);
    expect([version.status, version.document.querySelector("h1")?.textContent]).toEqual([200, "Charte d’utilisation"]);

    const dashboard = await alice.get("/dashboard");
    const banner = dashboard.document.querySelector("aside.banner")!;
    expect(banner.querySelector('a[href="/account/delete"]')).not.toBeNull();
    const contest = banner.querySelector('a[href="/charter/contest?version=5"]')!.getAttribute("href")!;
    expect((await alice.post(contest, { message: " " })).status).toBe(422);
    const sent = await alice.post(contest, { version: "5", message: "Je conteste l’article 1." });
    expect(sent.location).toMatch(/^\/charter\/contest\/\d+$/);
    const receipt = await alice.get(sent.location!);
    expect(receipt.document.querySelector(".written")?.textContent).toContain("Je conteste l’article 1.");
    const proof = await until(async () =>
      (await server.mails("alice@demo.example")).find(({ subject }) => subject?.includes("Accusé de réception")),
    );
    expect(proof.text).toContain(sent.location!);

    const bob = visitor(server);
    await bob.signIn("10000002");
    expect((await bob.get(sent.location!)).status).toBe(404);
    expect((await bob.post("/charter/seen", { version: "5", next: "/account" })).location).toBe("/account");
    const account = await bob.get("/account");
    expect(account.document.querySelector("aside.banner")).toBeNull();
    expect(account.document.querySelector("main")?.textContent).toContain(
      "approuvée par l’utilisation de votre espace",
    );
    expect(await server.stop()).toBe(0);
    expect(server.errors()).toBe("");
  });

  test("P7 a publication that is killed goes on with the same command, twice at once: one notice and one mail each", async () => {
    const dataDir = await demoFolder();
    const server = await startServer({ runtime, dataDir });
    const db = openDatabase(join(dataDir, "espace.db"));
    addAccounts(db, 1_000);
    const count = (sql: string) => db.$client.prepare<[], number>(sql).pluck().get()!;
    const notices = () => count("SELECT count(*) FROM charter_notices");
    const file = charterFile();

    const killed = start(runtime, publish(file), dataDir);
    await until(() => notices() > 100 || undefined);
    killed.signal("SIGKILL");
    expect(await killed.ended).toBe("SIGKILL");
    const before = notices();
    expect(before).toBeLessThan(1_003);

    const runs = [espace(runtime, [...publish(file), "--json"], { DATA_DIR: dataDir })];
    runs.push(espace(runtime, [...publish(file), "--json"], { DATA_DIR: dataDir }));
    // Meanwhile the portal serves, and somebody signs in.
    expect((await visitor(server).signIn("10000003")).status).toBe(303);
    const done = await Promise.all(runs);
    expect(done.map(({ code, errors }) => [code, errors])).toEqual([
      [0, ""],
      [0, ""],
    ]);
    const told = done.map(({ output }) => JSON.parse(output).notified as number);
    expect(before + told[0]! + told[1]!).toBe(1_003);
    expect(notices()).toBe(1_003);
    expect(count("SELECT count(*) FROM mails WHERE kind = 'charter.notified'")).toBe(1_003);
    expect(count("SELECT count(*) FROM evidence WHERE kind = 'charter.notified'")).toBe(1_003);
    expect(count("SELECT count(*) FROM evidence WHERE kind = 'charter.published'")).toBe(1);
    expect((await espace(runtime, ["evidence", "verify"], { DATA_DIR: dataDir })).code).toBe(0);
    db.$client.close();
    await server.stop();
  });
});
