import type { Language } from "../lib/languages.ts";
import type { ReadModel } from "../platform/html-document.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { ReadBlock } from "../platform/pdf.ts";
import type { Verification } from "./evidence.ts";
import type { EvidenceRecord, MissingMail, Moment, RecordedFact, RecordedMail } from "./evidence-record.ts";

/** The record of a person as a document to print: the same as the JSON beside it, in sentences. */
export function evidenceDocument(record: EvidenceRecord, language: Language): ReadModel {
  const t = tFor(language);
  const { organisation, person, madeAt, verification, facts, mails } = record;
  const actsOf = (rows: number[]) => facts.filter(({ row }) => rows.includes(row));
  return {
    language,
    title: t("evidence:title", { organisation }),
    author: organisation,
    footer: t("evidence:footer", { organisation, paris: parisTime(madeAt) }),
    pageOf: (page, pages) => t("evidence:pageOf", { page, pages }),
    blocks: [
      { kind: "paragraph", text: t("evidence:intro", { organisation }) },
      { kind: "definitions", items: whose(t, person, madeAt) },
      heading(t("evidence:verification.title")),
      { kind: "paragraph", text: statement(t, verification, madeAt) },
      ...faultsOf(t, verification).map((text) => ({ kind: "paragraph", text }) as const),
      { kind: "definitions", items: journalOf(t, verification) },
      { kind: "paragraph", text: t("evidence:verification.recipe"), small: true },
      heading(t("evidence:facts.title")),
      ...listed(t, factsTable(t, facts, true), facts.length),
      heading(t("evidence:consents")),
      ...listed(t, factsTable(t, actsOf(record.consents), false), record.consents.length),
      heading(t("evidence:charterActs")),
      ...listed(t, factsTable(t, actsOf(record.charterActs), false), record.charterActs.length),
      heading(t("evidence:mails.title")),
      ...listed(t, { kind: "paragraph", text: t("evidence:mails.intro") }, mails.length),
      ...mails.flatMap((mail) => mailBlocks(t, mail, language)),
      ...missingBlocks(t, record.missingMails),
    ],
  };
}

function heading(text: string): ReadBlock {
  return { kind: "heading", level: 2, text };
}

function listed(t: T, block: ReadBlock, count: number): ReadBlock[] {
  return [count > 0 ? block : { kind: "paragraph", text: t("evidence:none") }];
}

type Items = { term: string; value: string }[];

function whose(
  t: T,
  { name, memberNumber, affiliateNumber, memberId }: EvidenceRecord["person"],
  madeAt: Moment,
): Items {
  return [
    { term: t("evidence:person"), value: name },
    ...(memberNumber ? [{ term: t("account:memberNumber"), value: memberNumber }] : []),
    ...(affiliateNumber ? [{ term: t("account:affiliateNumber"), value: affiliateNumber }] : []),
    { term: t("evidence:memberId"), value: memberId },
    { term: t("evidence:madeAt"), value: both(t, madeAt) },
  ];
}

function statement(t: T, { rows, brokenAt, fault }: Verification, madeAt: Moment): string {
  const moment = both(t, madeAt);
  if (brokenAt === undefined || !fault) return t("evidence:verification.holds", { moment, rows });
  const why = t(`evidence:verification.faults.${fault}`);
  return t("evidence:verification.broken", { moment, row: brokenAt, why });
}

/** What beside the journal is not as it tells. */
function faultsOf(t: T, { charters, mails }: Verification): string[] {
  return [
    ...charters.map((version) => t("evidence:verification.charter", { version })),
    ...(mails.length > 0 ? [t("evidence:verification.mails")] : []),
  ];
}

function journalOf(t: T, { head, sealedAt, purged }: Verification): Items {
  return [
    ...(head ? [{ term: t("evidence:verification.head", { row: head.sequence }), value: head.hash }] : []),
    ...(sealedAt ? [{ term: t("evidence:verification.sealedAt"), value: String(sealedAt) }] : []),
    ...(purged > 0 ? [{ term: t("evidence:verification.purged"), value: String(purged) }] : []),
  ];
}

function factsTable(t: T, facts: RecordedFact[], withHashes: boolean): ReadBlock {
  return {
    kind: "table",
    columns: [
      { title: t("evidence:facts.row"), share: 2, align: "right" },
      { title: t("evidence:facts.moment"), share: 5 },
      { title: t("evidence:facts.fact"), share: withHashes ? 8 : 15 },
      ...(withHashes ? [{ title: t("evidence:facts.hashes"), share: 9 }] : []),
    ],
    rows: facts.map((fact) => [
      String(fact.row),
      `${parisTime(fact.at)}\n${fact.at.utc}`,
      [
        t(`account:activity.kinds.${fact.kind}`),
        `${fact.kind}, ${t(`evidence:actors.${actorOf(fact)}`)}`,
        ...words(fact),
      ].join("\n"),
      ...(withHashes ? [`${fact.previousHash}\n${fact.hash}`] : []),
    ]),
  };
}

const actors = ["member", "visitor", "guardian", "staff", "import", "operator", "system"] as const;

function actorOf({ actor }: RecordedFact): (typeof actors)[number] {
  return actors.find((name) => name === actor) ?? "system";
}

function words({ details }: RecordedFact): string[] {
  return Object.entries(details).map(([name, value]) => `${name}: ${value}`);
}

function mailBlocks(t: T, mail: RecordedMail, documentLanguage: Language): ReadBlock[] {
  const language = mail.language === documentLanguage ? {} : { language: mail.language };
  const { content, queuedAt, settledAt, answer, sha256, journal, isMasked } = mail;
  const differences = (journal?.differences ?? []).filter((name) => name !== "content");
  const told = journal
    ? [
        { term: t("evidence:mails.row"), value: String(journal.row) },
        ...(journal.isSameContent === undefined
          ? []
          : [
              {
                term: t("evidence:mails.compared"),
                value: t(journal.isSameContent ? "evidence:mails.same" : "evidence:mails.other"),
              },
            ]),
        ...differences.map((name) => ({
          term: t("evidence:mails.altered"),
          value: t(`evidence:mails.differences.${name}`),
        })),
      ]
    : mail.state === "queued"
      ? []
      : [{ term: t("evidence:mails.row"), value: t("evidence:mails.untold") }];
  return [
    { kind: "heading", level: 3, text: content.subject, ...language },
    {
      kind: "definitions",
      items: [
        { term: t("evidence:mails.recipient"), value: mail.recipient },
        { term: t("evidence:mails.messageId"), value: mail.messageId },
        { term: t("evidence:mails.queuedAt"), value: both(t, queuedAt) },
        ...(settledAt ? [{ term: t("evidence:mails.settledAt"), value: both(t, settledAt) }] : []),
        {
          term: t("evidence:mails.state"),
          value: t(`evidence:mails.states.${mail.state as "queued" | "sent" | "dead"}`),
        },
        ...(answer ? [{ term: t("evidence:mails.answer"), value: answer }] : []),
        { term: t("evidence:mails.sha256"), value: sha256 },
        ...told,
      ],
    },
    ...(isMasked ? [{ kind: "paragraph", text: t("evidence:mails.masked"), small: true } as const] : []),
    { kind: "paragraph", text: content.text, small: true, ...language },
  ];
}

function missingBlocks(t: T, missing: MissingMail[]): ReadBlock[] {
  if (missing.length === 0) return [];
  return [
    heading(t("evidence:missing.title")),
    { kind: "paragraph", text: t("evidence:missing.intro") },
    {
      kind: "table",
      columns: [
        { title: t("evidence:facts.row"), share: 2, align: "right" },
        { title: t("evidence:mails.settledAt"), share: 5 },
        { title: t("evidence:missing.mail"), share: 12 },
        { title: t("evidence:missing.why"), share: 6 },
      ],
      rows: missing.map(({ row, settledAt, kind, messageId, state, answer, mayBePurged }) => [
        String(row),
        `${parisTime(settledAt)}\n${settledAt.utc}`,
        [`${kind}, ${messageId}`, t(`evidence:mails.states.${state}`), answer].filter(Boolean).join("\n"),
        t(mayBePurged ? "evidence:missing.purged" : "evidence:missing.removed"),
      ]),
    },
  ];
}

function both(t: T, moment: Moment): string {
  return t("evidence:moment", { paris: parisTime(moment), utc: moment.utc });
}

/** `2026-11-23 09:00:00`, the second that disputes ask for. */
function parisTime({ paris }: Moment): string {
  return paris.slice(0, 19).replace("T", " ");
}
