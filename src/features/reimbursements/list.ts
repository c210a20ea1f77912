import { html, raw } from "hono/html";
import { longDay, longMonth, shortDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { euros } from "../../lib/money.ts";
import type { T } from "../../platform/i18n.ts";
import { escapeText } from "../../web/escape.ts";
import { urls } from "../../web/urls.ts";
import type { Entry, MonthTotal } from "./list-queries.ts";

export type ListProps = {
  language: Language;
  words: ListWords;
  entries: Entry[];
  totals: MonthTotal[];
  /** Addresses of the neighbouring pages, when there are any. */
  newer: string | undefined;
  older: string | undefined;
  csv: string;
  /** What to say when there is nothing to show. */
  emptyText: () => string;
};

/** The words of the list in one language, looked up once: asking for each on each row cost more than the rows. */
export type ListWords = ReturnType<typeof listWords>;

export function listWords(t: T, organisation: string) {
  return {
    title: t("reimbursements:title"),
    paidOn: escapeText(t("reimbursements:paidOn")),
    care: escapeText(t("reimbursements:care")),
    amount: escapeText(t("reimbursements:amount")),
    payers: { AMO: escapeText(t("reimbursements:amo")), AMC: escapeText(organisation) },
    recipients: {
      assure: "",
      professionnel: escapeText(t("reimbursements:toProfessional")),
      tiers: escapeText(t("reimbursements:toThird")),
    },
    statuses: {
      emis: "",
      rejete: escapeText(t("reimbursements:rejected")),
      annule: escapeText(t("reimbursements:annulled")),
    },
    natures: t("reimbursements:nature", { returnObjects: true }) as Record<string, string>,
    deduction: t("reimbursements:line.deduction"),
    cancelled: escapeText(t("reimbursements:cancelled")),
    struck: escapeText(t("reimbursements:struck")),
    toAccount: escapeText(t("reimbursements:totalAccount")),
    toProfessionals: escapeText(t("reimbursements:totalProfessionals")),
    pages: escapeText(t("reimbursements:pages")),
    newer: escapeText(t("reimbursements:newer")),
    older: escapeText(t("reimbursements:older")),
    csv: escapeText(t("reimbursements:csv")),
    month: pattern(t("reimbursements:month", { month: "\0" })),
    careOn: {
      NORMALE: "careOn",
      CORRECTION: "correctionOf",
      ANNULATION: "cancellationOf",
      DEDUCTION: "careOn",
    } as const,
    sentences: {
      careOn: pattern(t("reimbursements:careOn", { label: "\0", day: "\0" })),
      correctionOf: pattern(t("reimbursements:correctionOf", { label: "\0", day: "\0" })),
      cancellationOf: pattern(t("reimbursements:cancellationOf", { label: "\0", day: "\0" })),
      forWhom: pattern(t("reimbursements:forWhom", { name: "\0" })),
    },
  };
}

/** A sentence cut where its values go, to be filled without parsing it again. */
function pattern(sentence: string): (...values: string[]) => string {
  const parts = sentence.split("\0");
  return (...values) => parts.reduce((text, part, index) => text + (values[index - 1] ?? "") + part);
}

/**
 * The part of the page that filters and paging replace. It is the most asked-for page of the portal: rows are plain
 * strings, each value escaped where it enters.
 */
export function List({ language, words, entries, totals, newer, older, csv, emptyText }: ListProps) {
  if (entries.length === 0) return html`<div id="results"><p>${emptyText()}</p></div>`;
  const months = new Map<string, Entry[]>();
  for (const entry of entries) {
    const month = entry.paidOn.slice(0, 7);
    const group = months.get(month);
    if (group) group.push(entry);
    else months.set(month, [entry]);
  }
  let body = "";
  for (const [month, group] of months) body += monthTable(month, group, totals, words, language);
  return html`<div id="results">${raw(body)}${raw(pageLinks(newer, older, words))}
<p><a href="${csv}" download>${raw(words.csv)}</a></p></div>`;
}

function monthTable(
  month: string,
  entries: Entry[],
  totals: MonthTotal[],
  words: ListWords,
  language: Language,
): string {
  let rows = "";
  for (const entry of entries) rows += row(entry, words, language);
  return `<h2 id="m${month}">${words.month(longMonth(month, language))}</h2>${monthTotals(month, totals, words, language)}
<section class="scroll" aria-labelledby="m${month}" tabindex="0"><table><caption class="hidden">${words.month(longMonth(month, language))}</caption>
<thead><tr><th scope="col">${words.paidOn}</th><th scope="col">${words.care}</th><th scope="col" class="amount">${words.amount}</th></tr></thead>
<tbody>
${rows}</tbody></table></section>
`;
}

function monthTotals(month: string, totals: MonthTotal[], words: ListWords, language: Language): string {
  let items = "";
  for (const total of totals) {
    if (total.month !== month) continue;
    const where = total.toAccount ? words.toAccount : words.toProfessionals;
    items += `<li>${words.payers[total.payer]} : <strong>${euros(total.amountCents, language)}</strong> ${where}</li>`;
  }
  return items && `<ul class="totals">${items}</ul>`;
}

function row(entry: Entry, words: ListWords, language: Language): string {
  const recipient = words.recipients[entry.recipient];
  const status = words.statuses[entry.status];
  const amount = euros(entry.amountCents, language);
  const struck = entry.cancelled || entry.status !== "emis";
  const notes = [words.payers[entry.payer], recipient].filter(Boolean).join("<br>");
  const flags = [status, entry.cancelled ? words.cancelled : ""].filter(Boolean).join("<br>");
  return `<tr><th scope="row">${shortDay(entry.paidOn)}</th><td>${care(entry, words, language)}</td><td class="amount">${
    struck ? `<span class="hidden">${words.struck} </span><s>${amount}</s>` : amount
  }<br><span class="hint">${notes}</span>${flags && `<br><strong class="flag">${flags}</strong>`}</td></tr>
`;
}

function care(entry: Entry, words: ListWords, language: Language): string {
  const { label, careFrom, type, provider, beneficiary, nature, paymentId, lineId } = entry;
  if (!label || !careFrom || !type) {
    return `<a href="${urls.payment(paymentId)}">${escapeText(words.natures[nature] ?? nature)}</a>`;
  }
  const what = type === "DEDUCTION" ? `${words.deduction} – ${label}` : label;
  const sentence = words.sentences[words.careOn[type]](what, longDay(careFrom, language));
  const details = [provider, beneficiary && words.sentences.forWhom(firstName(beneficiary))].filter(Boolean).join(", ");
  return `<a href="${urls.payment(paymentId)}#${escapeText(encodeURIComponent(lineId ?? ""))}">${escapeText(sentence)}</a>${
    details && `<br><span class="hint">${escapeText(details)}</span>`
  }`;
}

function firstName(firstNames: string): string {
  const space = firstNames.indexOf(" ");
  return space < 0 ? firstNames : firstNames.slice(0, space);
}

function pageLinks(newer: string | undefined, older: string | undefined, words: ListWords): string {
  if (!newer && !older) return "";
  const link = (address: string, id: string, text: string) =>
    `<a id="${id}" href="${escapeText(address)}" hx-get="${escapeText(address)}" hx-target="#results" hx-swap="outerHTML" hx-push-url="true">${text}</a>`;
  const links = [newer && link(newer, "newer", words.newer), older && link(older, "older", words.older)].filter(
    Boolean,
  );
  return `<nav class="pages" aria-label="${words.pages}">${links.join("")}</nav>`;
}
