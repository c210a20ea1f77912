import type { PersonalTable } from "../../domain/personal-data.ts";
import { spreadsheet } from "../../lib/spreadsheet.ts";

/** A table as a spreadsheet reads it; what has parts of its own stands in its cell as JSON. */
export function toCsv({ columns, rows }: PersonalTable): string {
  return spreadsheet([columns, ...rows.map((row) => columns.map((column) => text(row[column])))]);
}

function text(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
