import type { Language } from "../../lib/languages.ts";
import { spreadsheet } from "../../lib/spreadsheet.ts";
import type { T } from "../../platform/i18n.ts";
import type { ExportRow } from "./payment-queries.ts";
import type { Situation } from "./rules.ts";

type Words = { t: T; language: Language; organisation: string; situation: Situation };

/** The list as a spreadsheet reads it, with the decimal comma in French. Only the columns of the member's situation. */
export function toCsv(rows: ExportRow[], { t, language, organisation, situation }: Words): string {
  const amount = (cents: number | null) => {
    if (cents === null) return "";
    const text = (cents / 100).toFixed(2);
    return language === "fr" ? text.replace(".", ",") : text;
  };
  const word = (name: ColumnName) => t(`reimbursements:export.${name}`);
  const natures = t("reimbursements:nature", { returnObjects: true }) as Record<string, string>;
  // A payment without lines has one amount, that of its payer.
  const paidBy = (payer: ExportRow["payer"], row: ExportRow, cents: number | null) =>
    amount(row.lineId === null && row.payer === payer ? row.amountCents : cents);
  const columns: [string, (row: ExportRow) => string | number | null][] = [
    [word("paidOn"), (row) => row.paidOn],
    [word("payer"), (row) => (row.payer === "AMO" ? t("reimbursements:amo") : organisation)],
    [word("status"), (row) => t(`reimbursements:export.statuses.${row.status}`)],
    [word("paid"), (row) => amount(row.amountCents)],
    [word("recipient"), (row) => t(`reimbursements:export.recipients.${row.recipient}`)],
    [word("reference"), (row) => row.statementRef],
    [word("careFrom"), (row) => row.careFrom],
    [word("careTo"), (row) => row.careTo],
    [word("beneficiary"), (row) => row.beneficiary],
    [word("provider"), (row) => row.provider],
    [word("act"), (row) => row.actCode],
    [word("label"), (row) => row.label ?? natures[row.nature] ?? row.nature],
    [word("type"), (row) => row.type && t(`reimbursements:export.types.${row.type}`)],
    [word("quantity"), (row) => row.quantity],
    [word("expense"), (row) => amount(row.expenseCents)],
    [word("base"), (row) => amount(row.baseCents)],
    [word("rate"), (row) => amount(row.rate)],
    [word("amoGross"), (row) => amount(row.amoGrossCents)],
    [word("pf"), (row) => amount(row.pfCents)],
    [word("deductible"), (row) => amount(row.deductibleCents)],
    [word("amo"), (row) => paidBy("AMO", row, row.amoCents)],
    ...(situation.amc
      ? [[word("amc"), (row: ExportRow) => paidBy("AMC", row, row.amcCents)] as [string, (row: ExportRow) => string]]
      : []),
    [situation.amc ? word("rest") : t("reimbursements:line.restAfterAmo"), (row) => amount(row.restCents)],
  ];
  return spreadsheet([
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, read]) => String(read(row) ?? ""))),
  ]);
}

type ColumnName =
  | "paidOn"
  | "paid"
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
