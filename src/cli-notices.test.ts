import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Portal, startPortal } from "../test/kit/portal.ts";
import { noticeCommand } from "./cli-notices.ts";

const text = `kind: change
starts: 2027-01-05 22:00
ends: 2027-01-06 06:00
subject-fr: Nouvelle adresse
subject-en: New address

Votre espace change d’adresse.
--- en ---
Your account moves.
`;

async function run(portal: Portal, args: string[], content: string | Buffer = text) {
  const file = join(portal.dataDir, "notice.txt");
  writeFileSync(file, content);
  const [said, complained]: [string[], string[]] = [[], []];
  const deps = {
    ...portal,
    print: (line: string) => said.push(line),
    complain: (line: string) => complained.push(line),
  };
  const code = await noticeCommand(
    deps,
    args.map((arg) => (arg === "FILE" ? file : arg)),
  );
  return { code, said, complained, file };
}

test("8.3 notice send tells every account, in words and as JSON; the same again tells nobody", async () => {
  const portal = await startPortal();
  const first = await run(portal, ["send", "FILE"]);
  expect([first.code, first.complained]).toEqual([0, []]);
  expect(first.said[0]).toContain("Notice 1: 3 accounts told now, 3 in all");
  const again = await run(portal, ["send", "FILE", "--json"]);
  expect(JSON.parse(again.said[0]!)).toEqual({ notice: 1, toldNow: 0, told: 3, total: 3, warnings: [] });
});

test("8.3 a change told less than 30 days ahead goes out with a warning", async () => {
  const portal = await startPortal();
  const { code, said, complained } = await run(
    portal,
    ["send", "FILE", "--json"],
    text.replace("2027-01-05", "2026-12-05"),
  );
  expect(code).toBe(0);
  expect(complained).toEqual([
    "It begins in less than 30 days, on 5 December 2026 at 22:00: the charter (article 8) asks to tell users within a reasonable time.",
  ]);
  expect(JSON.parse(said[0]!).warnings).toEqual(complained);
});

test("each fault of the file is a line, and nothing is sent", async () => {
  const portal = await startPortal();
  const { code, complained, file } = await run(
    portal,
    ["send", "FILE"],
    text.replace("change", "x").replace("22:00", "x"),
  );
  expect(code).toBe(1);
  expect(complained[0]!.split("\n")).toEqual([
    `${file}, line 1: must be change, interruption or end`,
    `${file}, line 2: must be a moment in Paris such as 2026-12-05 22:00`,
  ]);
  expect(portal.db.$client.prepare("SELECT count(*) FROM notices").pluck().get()).toBe(0);
});

test.each([
  ["a file that is not there", ["send", "/nowhere"], text, 1, "there is no such file"],
  ["a folder", ["send", "/"], text, 1, "is not a file"],
  ["a file that is not UTF-8", ["send", "FILE"], Buffer.from("été", "latin1"), 1, "is not UTF-8 text"],
  ["a file too long", ["send", "FILE"], "a".repeat(65_537), 1, "longer than a notice"],
  ["no command", [], text, 2, "A command is missing."],
  ["another command", ["publish", "FILE"], text, 2, "There is no command notice publish."],
  ["no file", ["send"], text, 2, "Name one FILE."],
  ["two files", ["send", "FILE", "FILE"], text, 2, "Name one FILE."],
  ["an unknown option", ["send", "FILE", "--force"], text, 2, "--force"],
])("%s is refused in a line", async (_name, args, content, code, line) => {
  const refused = await run(await startPortal(), args, content);
  expect(refused.code).toBe(code);
  expect(refused.complained[0]).toContain(line);
});
