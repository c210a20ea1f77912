import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../test/kit/portal.ts";
import { charterCommand } from "./cli-charter.ts";
import { sha256Of } from "./domain/charter.ts";

const text = "# Charte\n\nNouvelle règle.\n";

/** Runs the command with a file of this content in place of FILE. */
async function run(portal: Portal, args: string[], content: string | Buffer = text) {
  const file = join(portal.dataDir, "charte.md");
  writeFileSync(file, content);
  const [said, complained]: [string[], string[]] = [[], []];
  const deps = {
    ...portal,
    print: (line: string) => said.push(line),
    complain: (line: string) => complained.push(line),
  };
  const code = await charterCommand(
    deps,
    args.map((arg) => (arg === "FILE" ? file : arg)),
  );
  return { code, said, complained };
}

const publish = ["publish", "FILE", "--version", "5", "--effective", "2027-01-01"];
const numbers = (portal: Portal) =>
  portal.db.$client.prepare("SELECT number FROM charter_versions ORDER BY number").pluck().all();

test("P7 charter publish says what it did, in words and as JSON, and the same again does nothing more", async () => {
  const portal = await startPortal();
  const sha256 = sha256Of(text);
  const first = await run(portal, publish);
  expect([first.code, first.complained]).toEqual([0, []]);
  expect(first.said[0]).toContain(`Version 5 is published (SHA-256 ${sha256}): 3 accounts told`);
  const again = await run(portal, [...publish, "--json"]);
  expect([again.code, again.complained]).toEqual([0, []]);
  expect(JSON.parse(again.said[0]!)).toEqual({ version: 5, effective: "2027-01-01", sha256, notified: 0 });
  expect(numbers(portal)).toEqual([4, 5]);
});

describe("charter publish refuses in one line", () => {
  const withDay = (day: string) => ["publish", "FILE", "--version", "5", "--effective", day];
  const withVersion = (version: string) => ["publish", "FILE", "--version", version, "--effective", "2027-01-01"];
  test.each([
    ["a file that is not there", ["publish", "/nowhere/5.md", ...publish.slice(2)], text, "there is no such file"],
    ["an empty file", publish, "", "is empty"],
    ["a file of spaces", publish, " \n\r\n\t", "is empty"],
    ["a file that is not UTF-8", publish, Buffer.from("# Charte \u00e9t\u00e9", "latin1"), "is not UTF-8 text"],
    ["a file of another kind", publish, "a\0b", "is not a text"],
    ["a file too long for a charter", publish, "a".repeat(1024 * 1024 + 1), "longer than a charter"],
    ["the last number", withVersion("4"), text, "the last version is 4"],
    ["a number below", withVersion("1"), text, "the last version is 4"],
    ["no number", withVersion("five"), text, "a whole number"],
    ["half a number", withVersion("5.5"), text, "a whole number"],
    ["nought", withVersion("0"), text, "a whole number"],
    ["a number of many figures", withVersion("12345678901234567890"), text, "a whole number"],
    ["a day that does not exist", withDay("2027-02-30"), text, "a day such as"],
    ["a day written otherwise", withDay("01/01/2027"), text, "a day such as"],
    ["yesterday", withDay("2026-11-22"), text, "is past: today is 2026-11-23"],
  ])("%s", async (_what, args, content, words) => {
    const portal = await startPortal();
    const { code, said, complained } = await run(portal, args, content);
    expect([code, said, complained.length]).toEqual([1, [], 1]);
    expect(complained[0]).toContain(words);
    expect(complained[0]).not.toContain("\n");
    expect(numbers(portal)).toEqual([4]);
  });

  test("a folder", async () => {
    const portal = await startPortal();
    const folder = join(portal.dataDir, "folder");
    mkdirSync(folder);
    const { code, complained } = await run(portal, ["publish", folder, ...publish.slice(2)]);
    expect([code, complained]).toEqual([1, [`${folder} is not a file.`]]);
  });

  test("another text, or another day, under a number that is published", async () => {
    const portal = await startPortal();
    await run(portal, publish);
    const other = await run(portal, publish, "# Autre\n");
    expect([other.code, other.complained[0]]).toEqual([1, expect.stringContaining("with another text")]);
    const later = await run(portal, withDay("2027-01-02"));
    expect([later.code, later.complained[0]]).toEqual([1, expect.stringContaining("for another day")]);
  });
});

test.each([
  [[]],
  [["unpublish"]],
  [["publish"]],
  [["publish", "FILE"]],
  [["publish", "FILE", "--version", "5"]],
  [["publish", "FILE", "FILE", "--version", "5", "--effective", "2027-01-01"]],
  [["publish", "FILE", "--version", "5", "--effective", "2027-01-01", "--force"]],
])("charter %j is wrong usage, and shows how it is used", async (args) => {
  const portal = await startPortal();
  const { code, said, complained } = await run(portal, args);
  expect([code, said]).toEqual([2, []]);
  expect(complained[0]).toContain("Usage: espace charter publish FILE");
});

test("a mark of byte order before the text is no part of it", async () => {
  const portal = await startPortal();
  expect((await run(portal, publish, `\u{feff}${text}`)).code).toBe(0);
  const page = await portal.browser().get("/charter/versions/5");
  expect(page.document.querySelector("main h1")?.textContent).toBe("Charte");
});
