import { longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { euros, percent } from "../../lib/money.ts";
import type { T } from "../../platform/i18n.ts";
import { reportLink } from "../../web/report-link.ts";
import { French } from "../../web/ui/feed-word.tsx";
import { Term } from "../../web/ui/term.tsx";
import { urls } from "../../web/urls.ts";
import type { Line, Payment } from "./payment-queries.ts";
import { explain, netOf, type Situation } from "./rules.ts";

type PaymentProps = {
  t: T;
  language: Language;
  organisation: string;
  situation: Situation;
  payment: Payment;
  lines: { line: Line; history: Line[]; originCareOn: string | undefined }[];
  sources: string;
};

export function PaymentDetail({ t, language, organisation, situation, payment, lines, sources }: PaymentProps) {
  const words = { t, language, organisation, situation };
  return (
    <>
      <p>
        <a href={urls.reimbursements}>{t("reimbursements:payment.back")}</a>
      </p>
      <h1>{t("reimbursements:payment.title", { day: longDay(payment.paidOn, language) })}</h1>
      <PaymentSummary {...words} payment={payment} corrects={lines.some(({ line }) => line.type === "ANNULATION")} />
      {lines.length === 0 && <p>{t("reimbursements:payment.noLines")}</p>}
      {lines.map((line) => (
        <LineDetail {...words} {...line} payment={payment} />
      ))}
      <p class="hint">
        {sources}{" "}
        {lines.length === 0 && <a href={reportLink(urls.payment(payment.paymentId))}>{t("dossier:block.report")}</a>}
      </p>
    </>
  );
}

type Words = Pick<PaymentProps, "t" | "language" | "organisation" | "situation">;

/** @param corrects whether the payment takes back what an earlier one paid. */
function PaymentSummary({
  t,
  language,
  organisation,
  payment,
  corrects,
}: Words & { payment: Payment; corrects: boolean }) {
  const named = (group: "nature" | "payment.modes", value: string) => {
    const names = t(`reimbursements:${group}`, { returnObjects: true }) as Record<string, string>;
    // A name the feed invents is shown as it is.
    return names[value] ?? value;
  };
  return (
    <>
      <dl>
        <Term name={t("reimbursements:payment.payer")}>
          {payment.payer === "AMO" ? t("reimbursements:amo") : organisation}
        </Term>
        <Term name={t("reimbursements:payment.paidOn")}>{longDay(payment.paidOn, language)}</Term>
        {payment.valueOn && (
          <Term name={t("reimbursements:payment.valueOn")}>{longDay(payment.valueOn, language)}</Term>
        )}
        <Term name={t("reimbursements:payment.amount")}>{euros(payment.amountCents, language)}</Term>
        <Term name={t("reimbursements:payment.nature")}>{named("nature", payment.nature)}</Term>
        <Term name={t("reimbursements:payment.recipient")}>
          {t(`reimbursements:payment.recipients.${payment.recipient}`)}
        </Term>
        {payment.mode && <Term name={t("reimbursements:payment.mode")}>{named("payment.modes", payment.mode)}</Term>}
        {payment.ibanLast4 && (
          <Term name={t("reimbursements:payment.account")}>
            {t("reimbursements:payment.accountEnding", { last4: payment.ibanLast4 })}
          </Term>
        )}
        <Term name={t("reimbursements:payment.status")}>{t(`reimbursements:payment.statuses.${payment.status}`)}</Term>
        {payment.statementRef && <Term name={t("reimbursements:payment.reference")}>{payment.statementRef}</Term>}
      </dl>
      {payment.amountCents <= 0 && (
        <p>{t(corrects ? "reimbursements:payment.nothingSentCorrection" : "reimbursements:payment.nothingSent")}</p>
      )}
    </>
  );
}

const headings = {
  NORMALE: "careOn",
  CORRECTION: "correctionOf",
  ANNULATION: "cancellationOf",
  DEDUCTION: "careOn",
} as const;

type LineProps = Words & { payment: Payment; line: Line; history: Line[]; originCareOn: string | undefined };

function LineDetail({ payment, line, history, originCareOn, ...words }: LineProps) {
  const { t, language } = words;
  const care = t(`reimbursements:${headings[line.type]}`, {
    label: line.label,
    day: longDay(line.careFrom, language),
  });
  const heading = line.type === "DEDUCTION" ? `${t("reimbursements:line.deduction")} – ${care}` : care;
  const place = encodeURIComponent(line.lineId);
  return (
    <section class="line" id={place}>
      <h2>
        <Heading {...words} line={line} />
      </h2>
      {line.cancelled === 1 && <p class="flag">{t("reimbursements:line.cancelled")}</p>}
      <LineColumns {...words} line={line} />
      <h3>{t("reimbursements:why.title")}</h3>
      <ul>
        {explain(line, { ...words, originCareOn }).map((sentence) => (
          <li>{sentence}</li>
        ))}
      </ul>
      {history.length > 1 && <History {...words} heading={heading} history={history} />}
      <p class="hint">
        <a href={reportLink(urls.payment(payment.paymentId), place)}>
          {t("dossier:block.report")}
          <span class="hidden">
            {" – "}
            <Heading {...words} line={line} />
          </span>
        </a>
      </p>
    </section>
  );
}

/** The heading of a line; its words come from the feed and are French. */
function Heading({ t, language, line }: Words & { line: Line }) {
  const day = longDay(line.careFrom, language);
  const [before, after] = t(`reimbursements:${headings[line.type]}`, { label: "\0", day }).split("\0");
  const kind = line.type === "DEDUCTION" ? `${t("reimbursements:line.deduction")} – ` : "";
  return (
    <>
      {kind}
      {before}
      <French language={language}>{line.label}</French>
      {after}
    </>
  );
}

function LineColumns({ t, language, organisation, situation, line }: Words & { line: Line }) {
  const unknown = t("reimbursements:line.unknown");
  const money = (cents: number | null) => (cents === null ? unknown : euros(cents, language));
  const struck = line.cancelled === 1;
  const paid = (cents: number | null, recipient: string | null, paidOn: string | null, status: Line["amoStatus"]) => {
    const amount = money(cents);
    const to = recipient === "assure" || recipient === "professionnel" || recipient === "tiers" ? recipient : undefined;
    if (status === "rejete" || status === "annule") return t(`reimbursements:line.${status}`, { amount });
    const how = cents !== null && cents < 0 ? "takenBack" : "recipients";
    const parts = [
      cents !== null && cents !== 0 && to
        ? t("reimbursements:line.to", { amount, recipient: t(`reimbursements:line.${how}.${to}`) })
        : amount,
      paidOn && t("reimbursements:line.onDay", { day: longDay(paidOn, language) }),
    ];
    return parts.filter(Boolean).join(" ");
  };
  // A deduction is the State insurance's alone: nothing of it is to come from the mutual.
  const isPending = situation.amc && line.amcCents === null && line.type !== "DEDUCTION";
  const showsAmc = situation.amc && (isPending || line.amcCents !== null);
  const amc = isPending
    ? t("reimbursements:line.pendingAmc")
    : paid(line.amcCents, line.amcRecipient, line.amcPaidOn, line.amcStatus);
  const rest = isPending && line.restCents === null ? t("reimbursements:line.pendingAmc") : money(line.restCents);
  // Where the State insurance's part is not known, no deduction of it is either: 0 would be a guess.
  const kept = (cents: number) => (line.amoGrossCents === null && cents === 0 ? unknown : money(cents));
  return (
    <dl class={struck ? "struck" : undefined}>
      <Term name={t("reimbursements:line.careFrom")}>{longDay(line.careFrom, language)}</Term>
      {line.careTo && line.careTo !== line.careFrom && (
        <Term name={t("reimbursements:line.careTo")}>{longDay(line.careTo, language)}</Term>
      )}
      <Term name={t("reimbursements:line.beneficiary")}>{line.beneficiary}</Term>
      {line.provider && (
        <Term name={t("reimbursements:line.provider")}>
          {[line.provider, line.specialty].filter(Boolean).join(", ")}
        </Term>
      )}
      <Term name={t("reimbursements:line.act")}>{line.actCode}</Term>
      <Term name={t("reimbursements:line.quantity")}>{String(line.quantity)}</Term>
      <Term name={t("reimbursements:line.expense")}>{money(line.expenseCents)}</Term>
      <Term name={t("reimbursements:line.base")}>{money(line.baseCents)}</Term>
      <Term name={t("reimbursements:line.rate")}>{line.rate === null ? unknown : percent(line.rate, language)}</Term>
      <Term name={t("reimbursements:line.amoGross")}>{money(line.amoGrossCents)}</Term>
      <Term name={t("reimbursements:line.pf")}>{kept(line.pfCents)}</Term>
      <Term name={t("reimbursements:line.deductible")}>{kept(line.deductibleCents)}</Term>
      <Term name={t("reimbursements:line.amo")}>
        {paid(line.amoCents, line.amoRecipient, line.amoPaidOn, line.amoStatus)}
      </Term>
      {showsAmc && <Term name={t("reimbursements:line.amc", { organisation })}>{amc}</Term>}
      <Term name={situation.amc ? t("reimbursements:line.rest") : t("reimbursements:line.restAfterAmo")}>{rest}</Term>
      <Term name={t("reimbursements:line.pathway")}>{t(`reimbursements:line.pathways.${line.pathway}`)}</Term>
    </dl>
  );
}

type HistoryProps = Words & { heading: string; history: Line[] };

/** A corrected line told whole: the first amounts struck through, what replaced them, and the net. */
function History({ t, language, organisation, situation, heading, history }: HistoryProps) {
  const money = (cents: number | null) => (cents === null ? t("reimbursements:line.unknown") : euros(cents, language));
  const names = {
    NORMALE: "original",
    ANNULATION: "cancellation",
    CORRECTION: "correction",
    DEDUCTION: "original",
  } as const;
  const net = netOf(history);
  const title = t("reimbursements:line.history");
  return (
    <section class="scroll" aria-label={`${title} – ${heading}`} tabindex={0}>
      <table>
        <caption>{title}</caption>
        <thead>
          <tr>
            <td></td>
            <th scope="col">{t("reimbursements:line.expense")}</th>
            <th scope="col">{t("reimbursements:amo")}</th>
            {situation.amc && <th scope="col">{organisation}</th>}
            <th scope="col">{situation.amc ? t("reimbursements:line.rest") : t("reimbursements:line.restAfterAmo")}</th>
          </tr>
        </thead>
        <tbody>
          {history.map((line) => (
            <tr class={line.cancelled || line.type === "ANNULATION" ? "struck" : undefined}>
              <th scope="row">{t(`reimbursements:line.${names[line.type]}`)}</th>
              <Struck line={line}>{money(line.expenseCents)}</Struck>
              <Struck line={line}>{money(line.amoCents)}</Struck>
              {situation.amc && <Struck line={line}>{money(line.amcCents)}</Struck>}
              <Struck line={line}>{money(line.restCents)}</Struck>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t("reimbursements:line.net")}</th>
            <td>{money(net.expenseCents)}</td>
            <td>{money(net.amoCents)}</td>
            {situation.amc && <td>{money(net.amcCents)}</td>}
            <td>{money(net.restCents)}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

function Struck({ line, children }: { line: Line; children: string }) {
  return <td>{line.cancelled || line.type === "ANNULATION" ? <s>{children}</s> : children}</td>;
}
