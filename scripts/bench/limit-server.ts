// The limit: what a page of reimbursements costs with nothing in the way. Bare node:http, the same session check, the
// same questions to the same tables with prepared statements, the page written with template strings. The frame of the
// page (head, header, filters, footer) is the one the product sends, read at start; all that depends on the person is
// written here.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { argv, env } from "node:process";
import BetterSqlite3 from "better-sqlite3";

const [file = "", port = "", frameFile = ""] = argv.slice(2);
const { headers, before, afterName, after } = JSON.parse(readFileSync(frameFile, "utf8")) as Record<string, string> & {
  headers: Record<string, string>;
};
const db = new BetterSqlite3(file);
db.pragma("synchronous = normal");
db.pragma("cache_size = -16384");

const session =
  db.prepare(`SELECT s.id, s.expires_at AS expiresAt, s.absolute_at AS absoluteAt, a.member_id AS memberId,
  m.first_names AS firstNames, coalesce(m.usual_name, m.birth_name) AS lastName
  FROM sessions s JOIN accounts a ON a.id = s.user_id JOIN members m ON m.member_id = a.member_id
  WHERE s.id = ? AND a.status = 'active'`);
const slide = db.prepare("UPDATE sessions SET expires_at = ? WHERE id = ?");
const list =
  db.prepare(`SELECT p.payment_id AS paymentId, p.paid_on AS paidOn, p.payer, p.nature, p.recipient, p.status,
  coalesce(lp.amount_cents, p.amount_cents) AS amountCents, l.line_id AS lineId, l.care_from AS careFrom, l.label,
  l.provider, l.type, l.beneficiary_id AS beneficiaryId, b.first_names AS beneficiary,
  EXISTS (SELECT 1 FROM lines c WHERE c.origin_id = l.line_id AND c.type = 'ANNULATION') AS cancelled
  FROM payments p
  LEFT JOIN line_payments lp ON lp.member_id = p.member_id AND lp.paid_on = p.paid_on AND lp.payment_id = p.payment_id
  LEFT JOIN lines l ON l.beneficiary_id = lp.beneficiary_id AND l.line_id = lp.line_id
  LEFT JOIN members b ON b.member_id = lp.beneficiary_id
  WHERE p.member_id = ? AND p.paid_on >= ? ORDER BY p.paid_on DESC, p.payment_id DESC, lp.line_id DESC LIMIT 26`);
const totals = db.prepare(`SELECT substr(p.paid_on, 1, 7) AS month, p.payer, p.recipient = 'assure' AS toAccount,
  sum(coalesce(lp.amount_cents, p.amount_cents)) AS amountCents
  FROM payments p
  LEFT JOIN line_payments lp ON lp.member_id = p.member_id AND lp.paid_on = p.paid_on AND lp.payment_id = p.payment_id
  WHERE p.member_id = ? AND p.paid_on >= ? AND p.paid_on BETWEEN ? AND ? AND p.status = 'emis'
  GROUP BY 1, 2, 3 ORDER BY 1 DESC, p.payer DESC, 3 DESC`);
const family =
  db.prepare(`SELECT m.member_id, m.first_names FROM amo_rights r JOIN members m ON m.member_id = r.member_id
  WHERE r.holder_id = ?1 AND r.member_id <> ?1
  UNION SELECT m.member_id, m.first_names FROM contracts c JOIN beneficiaries b ON b.contract_id = c.contract_id
  JOIN members m ON m.member_id = b.member_id WHERE c.subscriber_id = ?1 AND b.member_id <> ?1 ORDER BY 2`);
const asOf = db.prepare("SELECT as_of FROM data_freshness WHERE entity = 'paiements'");

type Visitor = {
  id: string;
  expiresAt: number;
  absoluteAt: number;
  memberId: string;
  firstNames: string;
  lastName: string;
};
type Entry = Record<
  "paymentId" | "paidOn" | "payer" | "label" | "careFrom" | "provider" | "beneficiary" | "lineId",
  string
> & {
  amountCents: number;
};
type Total = { month: string; payer: string; toAccount: number; amountCents: number };

const months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(" ");
const payers: Record<string, string> = { AMO: "Assurance Maladie", AMC: "SMENO" };
const signs: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const safe = (text: string) => (/[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (sign) => signs[sign]!) : text);
const euros = (cents: number) => `${Math.trunc(cents / 100)},${String(cents % 100).padStart(2, "0")}\u00a0€`;
const monthName = (day: string) => `${months[Number(day.slice(5, 7)) - 1]} ${day.slice(0, 4)}`;
const longDay = (day: string) => `${day.slice(8) === "01" ? "1er" : Number(day.slice(8))} ${monthName(day)}`;
const since = `${Number(new Date().toISOString().slice(0, 4)) - 3}${new Date().toISOString().slice(4, 10)}`;

function page(visitor: Visitor): string {
  const entries = list.all(visitor.memberId, since) as Entry[];
  const shown = entries.slice(0, 25);
  const sums = totals.all(
    visitor.memberId,
    since,
    `${shown.at(-1)!.paidOn.slice(0, 7)}-01`,
    `${shown[0]!.paidOn.slice(0, 7)}-31`,
  ) as Total[];
  family.all({ 1: visitor.memberId });
  asOf.get();
  let body = "";
  let month = "";
  for (const entry of shown) {
    if (!entry.paidOn.startsWith(month) || month === "") {
      if (month) body += "</tbody></table></section>\n";
      month = entry.paidOn.slice(0, 7);
      const title = `Remboursements payés en ${monthName(entry.paidOn)}`;
      const own = sums
        .filter((sum) => sum.month === month)
        .map((sum) => `<li>${payers[sum.payer]} : <strong>${euros(sum.amountCents)}</strong> versé sur un compte</li>`)
        .join("");
      body += `<h2 id="m${month}">${title}</h2><ul class="totals">${own}</ul>
<section class="scroll" aria-labelledby="m${month}" tabindex="0"><table><caption class="hidden">${title}</caption>
<thead><tr><th scope="col">Payé le</th><th scope="col">Soin</th><th scope="col" class="amount">Montant et payeur</th></tr></thead>
<tbody>
`;
    }
    const { paidOn, paymentId, lineId, label, careFrom, provider, beneficiary, amountCents, payer } = entry;
    body += `<tr><th scope="row">${paidOn.slice(8)}/${paidOn.slice(5, 7)}/${paidOn.slice(0, 4)}</th><td><a href="/reimbursements/${encodeURIComponent(paymentId)}#${encodeURIComponent(lineId)}">${safe(label)} du ${longDay(careFrom)}</a><br><span class="hint">${safe(provider)}, pour ${safe(beneficiary)}</span></td><td class="amount">${euros(amountCents)}<br><span class="hint">${payers[payer]}</span></td></tr>
`;
  }
  const last = shown.at(-1)!;
  const cursor = Buffer.from(JSON.stringify([last.paidOn, last.paymentId, last.lineId])).toString("base64url");
  const older = `/reimbursements?before=${cursor}`;
  return `${before}${safe(`${visitor.firstNames} ${visitor.lastName}`)}${afterName}${body}</tbody></table></section>
<nav class="pages" aria-label="Autres remboursements"><a id="older" href="${older}" hx-get="${older}" hx-target="#results" hx-swap="outerHTML" hx-push-url="true">Plus anciens</a></nav>${after}`;
}

createServer((request, response) => {
  const token = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? "")?.[1] ?? "";
  const visitor = session.get(createHash("sha256").update(token).digest("hex")) as Visitor | undefined;
  const now = Date.now() / 1000;
  if (request.url !== "/reimbursements" || !visitor || now >= visitor.expiresAt || now >= visitor.absoluteAt) {
    response.writeHead(303, { Location: "/login" }).end();
    return;
  }
  const until = Math.floor(now) + 600;
  if (until !== visitor.expiresAt) slide.run(until, visitor.id);
  const text = page(visitor);
  response.writeHead(200, { ...headers, "Content-Length": Buffer.byteLength(text) });
  response.end(text);
}).listen(Number(port), env.HOST ?? "127.0.0.1");
