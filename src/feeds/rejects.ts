import { closeSync, mkdirSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { parseIban } from "../lib/iban.ts";
import { maskNir, parseNir } from "../lib/nir.ts";
import { codes } from "./codes.ts";
import { id } from "./columns.ts";
import type { Entity, EntityName, Fault } from "./entity.ts";

/** One line of a reject report. */
export type Finding = {
  /** File the row came from, when it is not the file of the report. */
  file?: string;
  line?: number;
  key?: string;
  fault: { code: keyof typeof codes; column?: string; value?: string; message?: string };
};

/** The reject report of one file, `rejets_<name>.csv`, made when the first line comes. */
export type RejectReport = {
  add: (entity: Entity | EntityName | "", finding: Finding) => void;
  /** Its path, when there is anything in it. */
  close: () => string | undefined;
};

/** Opens the report of a file, in place of the one an earlier run may have left. */
export function openRejectReport(folder: string, fileName: string): RejectReport {
  const path = join(folder, `rejets_${fileName.endsWith(".csv") ? fileName : `${fileName}.csv`}`);
  rmSync(path, { force: true });
  let descriptor: number | undefined;
  let pending: string[] = [];
  const flush = () => {
    if (pending.length === 0) return;
    if (descriptor === undefined) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      descriptor = openSync(path, "w", 0o600);
      writeSync(descriptor, "fichier;ligne;entite;cle;colonne;code;gravite;valeur_masquee;message\r\n");
    }
    writeSync(descriptor, pending.join(""));
    pending = [];
  };
  return {
    add(entity, { file, line, key, fault }) {
      const cells = [
        file ?? fileName,
        line ?? "",
        typeof entity === "string" ? entity : entity.name,
        maskKey(key ?? ""),
        fault.column ?? "",
        fault.code,
        fault.code[0]!,
        maskValue(entity, fault),
        fault.message ?? codes[fault.code],
      ];
      pending.push(`${cells.map((cell) => safeCell(String(cell))).join(";")}\r\n`);
      if (pending.length >= 500) flush();
    },
    close() {
      flush();
      if (descriptor === undefined) return undefined;
      closeSync(descriptor);
      return path;
    },
  };
}

function maskValue(entity: Entity | string, { column, value }: Pick<Fault, "value"> & { column?: string }): string {
  if (value === undefined || value === "") return "";
  const known = typeof entity === "string" ? undefined : entity.columns.find(({ name }) => name === column);
  if (known?.secret) return /^[1-8]\d{12}/.test(value) ? maskNir(value) : "***";
  if (column === "email") return value.replace(/^(.?)[^@]*/, "$1***");
  if (column === "telephone") return `***${value.slice(-2)}`;
  return (known?.read === id.read ? maskKey(value) : maskText(value)).slice(0, 60);
}

/** An identifier is shown, unless it is a true social security number or IBAN. */
function maskKey(key: string): string {
  return key
    .split("+")
    .map((part) => (parseNir(part) || parseIban(part).ok ? "***" : part))
    .join("+");
}

/** Hides all that looks like a social security number or an IBAN, right or wrong, put in another column by mistake. */
function maskText(value: string): string {
  return value
    .replace(/[1-8](?:[ .-]?\d){4}(?:[ .-]?[\dAB]){2}(?:[ .-]?\d){6,8}/gi, "***")
    .replace(/[A-Z]{2}\d{2}(?: ?[0-9A-Z]){10,30}/gi, "***");
}

/** Quoted as RFC 4180 asks; what a spreadsheet would take for a formula becomes text, numbers stay numbers. */
function safeCell(cell: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const plain = cell.replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, " ");
  const safe = /^[=+\-@\t\r]/.test(plain) && !/^-?\d+$/.test(plain) ? `'${plain}` : plain;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
