import type { Cell, Column } from "./columns.ts";
import { splitRecord, type Window } from "./csv.ts";
import type { Entity, Fault, FeedRow } from "./entity.ts";
import type { FileRecord } from "./sorted-records.ts";

/** Where the columns of an entity stand in the records of one file. */
export type Layout = {
  fields: number;
  /** Field of each column of the entity, -1 for an optional one the file has not. */
  columns: number[];
  op: number;
  version: number;
  updatedAt: number;
  warnings: Fault[];
};

/** Reads the header. A string instead of a layout is why the file is refused. */
export function readHeader(entity: Entity, names: string[]): Layout | string {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) return `The column ${name.slice(0, 60)} is there twice.`;
    seen.add(name);
  }
  const missing = entity.columns.filter(
    ({ name, required }) => (required || entity.key.includes(name)) && !seen.has(name),
  );
  if (!seen.has("version")) return "The column version is missing.";
  if (missing.length > 0) return `The column ${missing[0]!.name} is missing.`;
  const known = new Set([...entity.columns.map(({ name }) => name), "op", "version", "maj_le"]);
  const warnings: Fault[] = [
    ...names
      .filter((name) => !known.has(name))
      .map((name) => ({ code: "W_COLONNE" as const, column: name.slice(0, 60) })),
    ...entity.columns
      .filter(({ name }) => !seen.has(name))
      .map(({ name }) => ({ code: "W_COLONNE_ABSENTE" as const, column: name })),
  ];
  return {
    fields: names.length,
    columns: entity.columns.map(({ name }) => names.indexOf(name)),
    op: names.indexOf("op"),
    version: names.indexOf("version"),
    updatedAt: names.indexOf("maj_le"),
    warnings,
  };
}

/** A record as a row, with all that is wrong or doubtful in it. */
export type Reading = { row: FeedRow; faults: Fault[] };

/** Reads one record: types and rules of the row by itself. Undefined when it is not a record of this file at all. */
export function readRow(
  entity: Entity,
  layout: Layout,
  window: Window,
  index: number,
  today: string,
): Reading | undefined {
  const fields = splitRecord(window, index);
  if (fields?.length !== layout.fields) return undefined;
  const faults: Fault[] = [];
  const op = layout.op === -1 ? "U" : fields[layout.op]!.trim() || "U";
  if (op !== "U" && op !== "D") faults.push({ code: "E_OP", column: "op", value: op });
  const version = fields[layout.version]!.trim();
  if (!/^\d{1,15}$/.test(version)) faults.push({ code: "E_VERSION", column: "version", value: version });
  const updatedAt = layout.updatedAt === -1 ? "" : fields[layout.updatedAt]!.trim();
  if (updatedAt !== "" && !moment.test(updatedAt)) faults.push({ code: "E_DATE", column: "maj_le", value: updatedAt });
  const ends = op === "D";
  const cells: Cell[] = [];
  for (let i = 0; i < entity.columns.length; i++) {
    const column = entity.columns[i]!;
    // Of a row that ends its key only the key counts.
    const skipped = layout.columns[i] === -1 || (ends && !entity.key.includes(column.name));
    cells.push(skipped ? column.fallback : readCell(column, fields[layout.columns[i]!]!, faults));
  }
  if (!ends && entity.check && !faults.some(isError)) faults.push(...entity.check(cells, today));
  if (!ends && !faults.some(isError)) entity.complete?.(cells);
  const row = { line: window.lines[index]!, ends, version: Number(version), updatedAt: updatedAt || null, cells };
  return { row, faults };
}

/** Reads one record that was read before without an error: nothing is checked again. */
export function takeRow(entity: Entity, layout: Layout, { line, fields }: FileRecord): FeedRow {
  const ends = layout.op !== -1 && fields[layout.op]!.trim() === "D";
  const cells: Cell[] = [];
  for (let i = 0; i < entity.columns.length; i++) {
    const column = entity.columns[i]!;
    const skipped = layout.columns[i] === -1 || (ends && !entity.key.includes(column.name));
    const value = skipped ? "" : fields[layout.columns[i]!]!.trim();
    cells.push(value === "" ? column.fallback : column.take(value));
  }
  if (!ends) entity.complete?.(cells);
  return {
    line,
    ends,
    version: Number(fields[layout.version]),
    updatedAt: layout.updatedAt === -1 ? null : fields[layout.updatedAt]!.trim() || null,
    cells,
  };
}

const moment = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

export function isError({ code }: Fault): boolean {
  return code.startsWith("E_");
}

function readCell(column: Column, field: string, faults: Fault[]): Cell {
  const value = field.trim();
  if (value === "") {
    if (column.required) faults.push({ code: "E_VIDE", column: column.name });
    return column.fallback;
  }
  const cell = column.read(value);
  if (cell !== undefined) return cell;
  faults.push({ code: column.leniency ?? column.code, column: column.name, value });
  return null;
}
