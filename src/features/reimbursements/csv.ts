import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";
import type { linesForExport } from "./queries.ts";
import type { Situation } from "./rules.ts";

type Row = ReturnType<typeof linesForExport>[number];
type Words = { t: T; language: Language; organisation: string; situation: Situation };

/**
 * The list as a spreadsheet reads it: UTF-8 with its mark, `;` between cells, CRLF, decimal comma in French. Only the
 * columns of the member's situation.
 */
export function toCsv(rows: Row[], { t, language, organisation, situation }: Words): string {
  const amount = (cents: number | null) => {
    if (cents === null) return "";
    const text = (cents / 100).toFixed(2);
    return language === "fr" ? text.replace(".", ",") : text;
  };
  const word = (name: ColumnName) => t(`reimbursements:export.${name}`);
  const columns: [string, (row: Row) => string | number | null][] = [
    [word("paidOn"), (row) => row.paidOn],
    [word("payer"), (row) => (row.payer === "AMO" ? t("reimbursements:amo") : organisation)],
    [word("status"), (row) => t(`reimbursements:export.statuses.${row.status}`)],
    [word("recipient"), (row) => t(`reimbursements:export.recipients.${row.recipient}`)],
    [word("reference"), (row) => row.statementRef],
    [word("careFrom"), (row) => row.careFrom],
    [word("careTo"), (row) => row.careTo],
    [word("beneficiary"), (row) => row.beneficiary],
    [word("provider"), (row) => row.provider],
    [word("act"), (row) => row.actCode],
    [word("label"), (row) => row.label],
    [word("type"), (row) => t(`reimbursements:export.types.${row.type}`)],
    [word("quantity"), (row) => String(row.quantity)],
    [word("expense"), (row) => amount(row.expenseCents)],
    [word("base"), (row) => amount(row.baseCents)],
    [word("rate"), (row) => amount(row.rate)],
    [word("amoGross"), (row) => amount(row.amoGrossCents)],
    [word("pf"), (row) => amount(row.pfCents)],
    [word("deductible"), (row) => amount(row.deductibleCents)],
    [word("amo"), (row) => amount(row.amoCents)],
    ...(situation.amc ? [[word("amc"), (row: Row) => amount(row.amcCents)] as [string, (row: Row) => string]] : []),
    [situation.amc ? word("rest") : t("reimbursements:line.restAfterAmo"), (row) => amount(row.restCents)],
  ];
  const lines = [
    columns.map(([title]) => cell(title)),
    ...rows.map((row) => columns.map(([, read]) => cell(String(read(row) ?? "")))),
  ];
  return `\ufeff${lines.map((cells) => `${cells.join(";")}\r\n`).join("")}`;
}

type ColumnName =
  | "paidOn"
  | "payer"
  | "status"
  | "recipient"
  | "reference"
  | "careFrom"
  | "careTo"
  | "beneficiary"
  | "provider"
  | "act"
  | "label"
  | "type"
  | "quantity"
  | "expense"
  | "base"
  | "rate"
  | "amoGross"
  | "pf"
  | "deductible"
  | "amo"
  | "amc"
  | "rest";

const number = /^-?\d+(?:[.,]\d+)?$/;

/** A text that a spreadsheet would run as a formula is shown as text; amounts, negative ones too, stay numbers. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r\0]/.test(text) && !number.test(text) ? `'${text}` : text;
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
