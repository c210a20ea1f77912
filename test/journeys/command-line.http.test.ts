import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { demoFolder, espace, killServers, newFolder, removeFolders, runtimes } from "../kit/server.ts";
import { davidsFirstFeed } from "./david.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

describe.each(runtimes)("espace on %s", (runtime) => {
  test("--help tells every command", async () => {
    const { code, output, errors } = await espace(runtime, ["--help"]);
    expect(code).toBe(0);
    expect(errors).toBe("");
    for (const command of ["serve", "migrate", "import", "invite", "mail"])
      expect(output).toContain(`espace ${command}`);
  });

  test("a command that does not exist is wrong usage", async () => {
    const { code, output, errors } = await espace(runtime, ["improt"]);
    expect(code).toBe(2);
    expect(output).toBe("");
    expect(errors).toContain("There is no command improt.");
  });

  test("wrong settings are told one line each, without a stack", async () => {
    const dataDir = newFolder();
    const { code, output, errors } = await espace(runtime, ["migrate"], {
      DATA_DIR: dataDir,
      PORT: "eighty",
      ORIGIN: "espace.example.fr",
      LOG_LEVEL: "loud",
    });
    expect(code).toBe(1);
    expect(output).toBe("");
    expect(
      errors
        .trim()
        .split("\n")
        .map((line) => line.split(":")[0]),
    ).toEqual(["PORT", "ORIGIN", "LOG_LEVEL"]);
    expect(existsSync(join(dataDir, "espace.db"))).toBe(false);
  });

  test("migrate makes the base, and says the same when there is nothing to do", async () => {
    const settings = { DATA_DIR: newFolder() };
    const first = await espace(runtime, ["migrate"], settings);
    expect([first.code, first.errors]).toEqual([0, ""]);
    expect(first.output).toMatch(/^The database is up to date \(\d+ migrations\)\.\n$/);
    expect(existsSync(join(settings.DATA_DIR, "espace.db"))).toBe(true);
    expect(await espace(runtime, ["migrate"], settings)).toEqual(first);
  });

  test("import tells what it did, and nothing is done twice", async () => {
    const settings = { DATA_DIR: await demoFolder() };
    const feed = davidsFirstFeed();
    const first = await espace(runtime, ["import", feed, "--json"], settings);
    expect([first.code, first.errors]).toEqual([0, ""]);
    expect(JSON.parse(first.output)).toMatchObject({ applied: 4, unchanged: 0, rejected: 0, invited: 0 });
    const again = await espace(runtime, ["import", feed, "--json"], settings);
    expect([again.code, again.errors]).toEqual([0, ""]);
    expect(JSON.parse(again.output)).toMatchObject({ applied: 0, rejected: 0, invited: 0 });
  });

  test("a feed that is not there is refused in one line", async () => {
    const { code, errors } = await espace(runtime, ["import", "/nowhere/feed"], { DATA_DIR: await demoFolder() });
    expect(code).toBe(1);
    expect(errors).toBe("feed: There is no such file or folder.\n");
  });

  test("invite queues a mail, or says why not", async () => {
    const settings = { DATA_DIR: await demoFolder() };
    const queue = async () => JSON.parse((await espace(runtime, ["mail", "queue", "--json"], settings)).output);
    const before = await queue();
    expect(before).toMatchObject({ queued: 0, dead: 0 });
    expect(await espace(runtime, ["invite", "10000004", "--json"], settings)).toEqual({
      code: 0,
      output: '{"invited":1}\n',
      errors: "",
    });
    expect(await queue()).toMatchObject({ queued: 1, sent: before.sent });
    const refused = await espace(runtime, ["invite", "10000001"], settings);
    expect([refused.code, refused.output]).toEqual([1, ""]);
    expect(refused.errors).toMatch(/^No invitation: .+\n$/);
    expect((await espace(runtime, ["invite"], settings)).code).toBe(2);
  });
});
