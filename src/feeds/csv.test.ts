import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CsvError, readWindows, sortKey, splitRecord } from "./csv.ts";

const folder = mkdtempSync(join(tmpdir(), "espace-csv-"));

function records(content: string | Buffer, windowBytes = 65_536) {
  const path = join(folder, "file.csv");
  writeFileSync(path, content);
  const found: { line: number; fields: string[] | undefined }[] = [];
  for (const window of readWindows(path, windowBytes)) {
    for (let i = 0; i < window.count; i++) found.push({ line: window.lines[i]!, fields: splitRecord(window, i) });
  }
  return found;
}

test("a byte order mark, CRLF, blank lines and a missing last newline change nothing", () => {
  expect(records("\ufeffa;b\r\n\r\n1;é\r\n2;")).toEqual([
    { line: 1, fields: ["a", "b"] },
    { line: 3, fields: ["1", "é"] },
    { line: 4, fields: ["2", ""] },
  ]);
});

test("quotes hold separators, newlines and doubled quotes, and lines are those of the file", () => {
  expect(records('a;"b;""c""\nd";e\nf;"";g\n')).toEqual([
    { line: 1, fields: ["a", 'b;"c"\nd', "e"] },
    { line: 3, fields: ["f", "", "g"] },
  ]);
});

test("quotes in the wrong place make a record that cannot be split", () => {
  expect(records('a""b;c\n"d"e;f\n').map(({ fields }) => fields)).toEqual([undefined, undefined]);
});

test("records are whole whatever the size of the windows", () => {
  const lines = Array.from({ length: 5_000 }, (_, i) => `${i};"x${"y".repeat(i % 50)}\n";é`);
  const small = records(lines.join("\n"), 4096);
  expect(small).toEqual(records(lines.join("\n"), 1 << 22));
  expect(small.map(({ fields }) => fields?.[0])).toEqual(lines.map((_, i) => String(i)));
});

test("what is not UTF-8, a quote never closed and a record of 10 MB are refused in one sentence", () => {
  expect(() => records(Buffer.from("a;b\ncaf\xe9;1\n", "latin1"))).toThrow("The file is not UTF-8.");
  expect(() => records('a;b\n"c;d\ne;f\n')).toThrow("A quote opened at line 2 is never closed.");
  expect(() => records(`a;b\n${"x".repeat(10_485_760)}\n`)).toThrow(CsvError);
  expect(() => records(`a;b\n${"x".repeat(10_485_760)}\n`, 1 << 25)).toThrow("line 2 is longer than 1 MB");
});

test("the sort key brings the records of one identifier together, in the order of numbered identifiers", () => {
  const path = join(folder, "keys.csv");
  writeFileSync(path, "1;P003\n2;P001\n3;P003\n4;P002\n");
  for (const window of readWindows(path, 4096)) {
    const keys = [0, 1, 2, 3].map((index) => sortKey(window, index, 1));
    expect(keys[0]).toBe(keys[2]);
    expect(keys[1]! < keys[3]! && keys[3]! < keys[0]!).toBe(true);
  }
});
