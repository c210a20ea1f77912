import { createHash } from "node:crypto";
import { CsvError, readWindows, splitRecord } from "./csv.ts";
import { type Entity, keyOf } from "./entity.ts";
import { createKeySet, type KeySet } from "./full-mode.ts";
import type { RejectReport } from "./rejects.ts";
import { isError, type Layout, readHeader, readRow } from "./rows.ts";

/** What the first reading of a file found: it may be applied, all but its bad rows. */
export type Inspection = {
  sha256: Buffer;
  rows: number;
  layout: Layout;
  /** Ordinal of each bad row, from 0, rising: at most one in twenty, or four. */
  bad: number[];
  /** Every key of the file, when asked for. */
  keys: KeySet | undefined;
};

export type Expected = { rows: number; sha256: string };

const windowBytes = 2 * 1_048_576;

/**
 * Reads a whole file without touching the base: bytes, header, records, and the rules of each row by itself. Bad rows
 * go to the report.
 * @returns the inspection, or one plain sentence why the file is refused.
 */
export function inspectFile(
  path: string,
  entity: Entity,
  wanted: { today: string; expected: Expected | undefined; keepKeys: boolean },
  report: RejectReport,
  onProgress: (bytes: number) => void,
): Inspection | string {
  const hash = createHash("sha256");
  let lastByte = 10;
  let layout: Layout | undefined;
  const bad: number[] = [];
  const keys = wanted.keepKeys ? createKeySet() : undefined;
  let rows = 0;
  let brokenLine = 0;
  let lastLine = 0;
  try {
    const windows = readWindows(path, windowBytes, (bytes) => {
      hash.update(bytes);
      if (bytes.length > 0) lastByte = bytes[bytes.length - 1]!;
    });
    for (const window of windows) {
      let first = 0;
      if (!layout) {
        const header = readHeader(entity, splitRecord(window, 0)?.map((name) => name.trim()) ?? []);
        if (typeof header === "string") return header;
        layout = header;
        for (const fault of layout.warnings) report.add(entity, { line: 1, fault });
        first = 1;
      }
      for (let index = first; index < window.count; index++) {
        const reading = readRow(entity, layout, window, index, wanted.today);
        lastLine = window.lines[index]!;
        if (!reading) {
          brokenLine = lastLine;
          bad.push(rows);
          report.add(entity, { line: lastLine, fault: { code: "E_STRUCTURE" } });
          keys?.addUnreadable();
        } else {
          const { row, faults } = reading;
          if (faults.length > 0) {
            for (const fault of faults) report.add(entity, { line: row.line, key: keyOf(entity, row.cells), fault });
            if (faults.some(isError)) bad.push(rows);
          }
          keys?.add(keyOf(entity, row.cells));
        }
        rows++;
      }
      onProgress(window.position);
    }
  } catch (error) {
    if (error instanceof CsvError) return error.message;
    throw error;
  }
  const sha256 = hash.digest();
  if (wanted.expected && sha256.toString("hex") !== wanted.expected.sha256.toLowerCase()) {
    return "The file is not the one of the manifest (its sha256 differs).";
  }
  if (!layout) return "The file is empty: not even a header.";
  if (lastByte !== 10 && brokenLine > 0 && brokenLine === lastLine)
    return `The file is cut in the middle of line ${lastLine}.`;
  if (wanted.expected && rows !== wanted.expected.rows) {
    return `The file holds ${rows} rows, the manifest says ${wanted.expected.rows}.`;
  }
  if (bad.length >= 5 && bad.length * 20 > rows) return `${bad.length} of ${rows} rows are wrong, more than 5 %.`;
  return { sha256, rows, layout, bad, keys };
}
