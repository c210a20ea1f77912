import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type FileRecord, readSorted } from "./sorted-records.ts";

const path = join(mkdtempSync(join(tmpdir(), "espace-sorted-")), "file.csv");

function records(content: string, field: number, leftOut: number[] = []) {
  writeFileSync(path, content);
  const found: FileRecord[] = [];
  for (const run of readSorted(path, field, leftOut)) found.push(...run.read(0, run.count));
  return found;
}

test("records come sorted by a field, those of one value in the order of the file, without header and bad rows", () => {
  const content = "\ufeffa;b\nP3;1\nP1;2\r\nP2;é\n\nP1;3\nP1;bad\n";
  expect(records(content, 0, [4])).toEqual([
    { line: 3, fields: ["P1", "2"] },
    { line: 6, fields: ["P1", "3"] },
    { line: 4, fields: ["P2", "é"] },
    { line: 2, fields: ["P3", "1"] },
  ]);
});

test("without a field they come as they are, quoted ones and those longer than a block too", () => {
  const long = "x".repeat(20_000);
  expect(records(`a;b\nP2;"1;\n2"\nP1;${long}`, -1)).toEqual([
    { line: 2, fields: ["P2", "1;\n2"] },
    { line: 4, fields: ["P1", long] },
  ]);
});

test("a file of several windows loses and doubles nothing", () => {
  const count = 60_000;
  const rows = Array.from(
    { length: count },
    (_, index) => `P${String((index * 7919) % count).padStart(6, "0")};${"é".repeat(index % 40)};${index}`,
  );
  const found = records(`a;b;c\n${rows.join("\n")}\n`, 0);
  expect(found).toHaveLength(count);
  expect(found.map(({ fields }) => fields[0])).toEqual(rows.map((row) => row.slice(0, 7)).sort());
  expect(found.every(({ line, fields }) => rows[line - 2] === fields.join(";"))).toBe(true);
});
