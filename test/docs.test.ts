import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { entities } from "../src/feeds/entities.ts";
import { exportColumns } from "../src/feeds/export-columns.ts";
import { productRoot } from "../src/platform/config.ts";

const rows = readFileSync(join(productRoot, "docs", "feeds.md"), "utf8").split("\n");
const rowOf = (name: string) => rows.find((row) => row.startsWith(`| \`${name}\` |`));

test("docs/feeds.md tells each inbound file: its key, and its columns, those that must be filled in bold", () => {
  for (const [name, { key, columns }] of Object.entries(entities)) {
    const cells = columns.map((column) => (column.required ? `**${column.name}**` : column.name));
    expect(rowOf(name)).toBe(`| \`${name}\` | ${key.map((part) => `\`${part}\``).join(" + ")} | ${cells.join(" ")} |`);
  }
});

test("docs/feeds.md tells each outbound file and its columns", () => {
  for (const [name, columns] of Object.entries(exportColumns))
    expect(rowOf(name)).toBe(`| \`${name}\` | ${columns.join(" ")} |`);
});
