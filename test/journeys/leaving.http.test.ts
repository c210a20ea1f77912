import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  demoFolder,
  espace,
  killServers,
  mailsOf,
  removeFolders,
  runtimes,
  startServer,
  until,
} from "../kit/server.ts";
import { demoPassword, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

describe.each(runtimes)("on %s", (runtime) => {
  test("a member leaves, the back office is told, and what was kept long enough goes", async () => {
    const dataDir = await demoFolder();
    const settings = { DATA_DIR: dataDir };
    const server = await startServer({ runtime, dataDir });
    const [alice, elsewhere] = [visitor(server), visitor(server)];
    await alice.signIn("10000001");
    await elsewhere.post("/login", { identifier: "10000001", password: demoPassword, remember: "on" });

    // Three clicks at most: account, deletion, confirmation.
    const account = await alice.get("/account");
    expect(account.document.querySelector('main a[href="/account/delete"]')).not.toBeNull();
    expect((await alice.get("/account/delete")).status).toBe(200);
    expect((await alice.post("/account/delete", { password: demoPassword })).status).toBe(422);
    const done = await alice.post("/account/delete", { password: demoPassword, confirm: "on" });
    expect([done.status, done.location]).toEqual([303, "/login?deleted"]);
    expect(alice.cookies.has("session")).toBe(false);

    // Nothing opens any more, and the number is answered as one of nobody.
    expect((await elsewhere.get("/dashboard")).status).toBe(303);
    const again = await visitor(server).signIn("10000001");
    const unknown = await visitor(server).signIn("99999999");
    expect([again.status, again.text.replaceAll("10000001", "")]).toEqual([
      422,
      unknown.text.replaceAll("99999999", ""),
    ]);

    // The receipt.
    const receipt = await until(async () =>
      (await mailsOf(dataDir).mails("alice@demo.example")).find(({ subject }) => subject?.includes("supprimé")),
    );
    expect(receipt.text?.replace(/\s+/g, " ")).toContain("reviennent par la poste");

    // The outbound feed, once.
    const exported = JSON.parse((await espace(runtime, ["export", "--json"], settings)).output);
    expect(exported.feeds).toHaveLength(1);
    const { folder, files } = exported.feeds[0];
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ sequence: 1, mode: "delta", source: "portal", files });
    for (const { name, sha256 } of files) {
      const content = readFileSync(join(folder, name));
      expect(createHash("sha256").update(content).digest("hex")).toBe(sha256);
      expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    }
    const fileOf = (entity: string) => {
      const name = readdirSync(folder).find((file) => file.startsWith(entity))!;
      return readFileSync(join(folder, name), "utf8").trim().split("\r\n");
    };
    expect(fileOf("suppressions")).toEqual([
      "personne_id;date_suppression",
      expect.stringMatching(/^P0001;\d{4}-\d\d-\d\d$/),
    ]);
    expect(fileOf("preferences_papier").filter((row) => row.startsWith("P0001;O;"))).toHaveLength(1);
    expect(await espace(runtime, ["export"], settings)).toEqual({
      code: 0,
      output: "Nothing is due to the back office.\n",
      errors: "",
    });

    // The purge runs beside the server, and proves what it did; the journal can still be followed.
    const purged = await espace(runtime, ["purge", "--json"], settings);
    expect([purged.code, JSON.parse(purged.output).left]).toEqual([0, 0]);
    expect((await espace(runtime, ["purge", "--dry-run"], settings)).output).toContain("In all: 0 due.");
    expect((await visitor(server).get("/login")).status).toBe(200);
    expect((await espace(runtime, ["evidence", "verify"], settings)).code).toBe(0);

    await server.stop();
    const said = server.errors() + server.log().map((line) => JSON.stringify(line));
    for (const secret of ["alice@demo.example", demoPassword, "P0001"]) expect(said).not.toContain(secret);
  });
});
