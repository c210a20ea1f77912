import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stderr, stdout } from "node:process";
import { afterAll, afterEach, beforeEach, expect, test, vi } from "vitest";
import { demoCommand } from "./cli-demo.ts";
import { readFeed, temporaryFolder } from "./test-kit.ts";

const temporary = temporaryFolder();
// 23:30 UTC on the 22nd is already the 23rd in Paris.
const deps = { clock: () => Date.parse("2026-11-22T23:30:00Z"), dataDir: temporary.path };
let said = "";
let complained = "";

beforeEach(() => {
  said = "";
  complained = "";
  vi.spyOn(stdout, "write").mockImplementation((text) => {
    said += text;
    return true;
  });
  vi.spyOn(stderr, "write").mockImplementation((text) => {
    complained += text;
    return true;
  });
});
afterEach(() => vi.restoreAllMocks());
afterAll(temporary.remove);

test("demo writes the feed of the day in Paris into the drop folder", async () => {
  expect(await demoCommand(deps, [])).toBe(0);
  const { manifest } = readFeed(join(temporary.path, "inbox", "demo"));
  expect(manifest.files[0]!.name).toBe("personnes_20261123000000_000001.csv");
  expect(said).toContain("Wrote ");
  expect(complained).toBe("");
});

test("demo members writes as many members and payments as asked, and one JSON object", async () => {
  const folder = join(temporary.path, "volume");
  expect(await demoCommand(deps, ["members", "12", "--payments", "30", "--folder", folder, "--json"])).toBe(0);
  const report = JSON.parse(said) as { folder: string; rows: number; files: { name: string; rows: number }[] };
  const rowsOf = (entity: string) => report.files.find(({ name }) => name.startsWith(`${entity}_2`))!.rows;
  expect([rowsOf("personnes"), rowsOf("paiements"), rowsOf("lignes")]).toEqual([12, 30, 30]);
  expect(readFeed(folder).rows("paiements")).toHaveLength(30);
});

test("help is on stdout", async () => {
  expect(await demoCommand(deps, ["--help"])).toBe(0);
  expect(said).toContain("Usage: espace demo");
});

test.each([
  [["members"]],
  [["members", "12"]],
  [["members", "0", "--payments", "3"]],
  [["members", "1e3", "--payments", "3"]],
  [["members", "12", "--payments", "-3"]],
  [["members", "12", "13", "--payments", "3"]],
  [["people"]],
  [["--payments", "3"]],
  [["--seed", "../x"]],
  [["--unknown"]],
])("%j is wrong usage", async (argv) => {
  expect(await demoCommand(deps, argv)).toBe(2);
  expect(complained).toContain("Usage: espace demo");
  expect(said).toBe("");
});

test("the feed of somebody else is left alone", async () => {
  const folder = join(temporary.path, "foreign");
  mkdirSync(folder);
  const manifest = '{"sequence":4,"mode":"delta","source":"back-office","files":[]}';
  writeFileSync(join(folder, "manifest.json"), manifest);
  expect(await demoCommand(deps, ["--folder", folder])).toBe(1);
  expect(complained).toMatch(/^.* already holds a feed from elsewhere\. .*\n$/);
  expect(readFileSync(join(folder, "manifest.json"), "utf8")).toBe(manifest);
});

test("a folder that cannot be made is one sentence", async () => {
  writeFileSync(join(temporary.path, "file"), "");
  const folder = join(temporary.path, "file", "below");
  expect(await demoCommand(deps, ["--folder", folder])).toBe(1);
  expect(complained).toMatch(/^The feed could not be written in .*\n$/);
  expect(existsSync(folder)).toBe(false);
});
