import type { Topic } from "../../domain/threads.ts";
import { visibleSince } from "../../domain/visible-since.ts";
import { longDay } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { Deps } from "../../platform/deps.ts";
import type { T } from "../../platform/i18n.ts";
import { type ReportedPage, readReference } from "../../web/report-link.ts";
import { urls } from "../../web/urls.ts";
import { careOn, paidOn } from "./queries.ts";

/** What a message is about, in words that tell nothing of anybody's health. */
export type About = {
  /** Where it is: a page of the portal, with the place in it. */
  address: string;
  text: string;
  /** What is to be corrected, when a place was named. */
  block: string | undefined;
  topic: Topic;
};

type Words = { memberId: string; t: T; language: Language };

/** Reads what a message is about; undefined when it is nothing that this member can see. */
export function readAbout(deps: Pick<Deps, "db" | "clock">, text: string, words: Words): About | undefined {
  const reference = readReference(text);
  if (!reference) return undefined;
  const { t } = words;
  if (reference.kind === "payment") return aboutPayment(deps, reference, words);
  const { path, page, place } = reference;
  const name = t(`contact:about.pages.${page}`);
  const block = place === undefined ? undefined : blockName(t, place);
  // A place that has no name is left out: the page is still the right one.
  if (block === undefined)
    return { address: path, text: t("contact:about.page", { name }), block, topic: topicOf[page] };
  const said = t("contact:about.block", { block, name });
  return { address: `${path}#${place}`, text: said, block, topic: topicOf[page] };
}

function aboutPayment(
  { db, clock }: Pick<Deps, "db" | "clock">,
  { paymentId, place }: { paymentId: string; place: string | undefined },
  { memberId, t, language }: Words,
): About | undefined {
  const own = { memberId, paymentId, since: visibleSince(clock) };
  const paid = paidOn(db, own);
  if (paid === undefined) return undefined;
  const address = urls.payment(paymentId);
  const payment = t("contact:about.payment", { day: longDay(paid, language) });
  if (place === undefined) return { address, text: payment, block: undefined, topic: "reimbursements" };
  const care = careOn(db, { ...own, lineId: decodedPlace(place) });
  if (care === undefined) return undefined;
  const text = t("contact:about.line", { payment, day: longDay(care, language) });
  return { address: `${address}#${place}`, text, block: text, topic: "reimbursements" };
}

/** Ids of lines stand encoded on the page of a payment. */
function decodedPlace(place: string): string {
  try {
    return decodeURIComponent(place);
  } catch {
    return place;
  }
}

const topicOf: Record<ReportedPage, Topic> = {
  dashboard: "other",
  reimbursements: "reimbursements",
  dossier: "file",
  changes: "file",
  vitale: "documents",
  ehic: "documents",
  documents: "documents",
  account: "account",
  data: "rights",
};

const blocks = {
  identity: "dossier:identity.heading",
  rights: "dossier:rights.heading",
  contract: "dossier:contract.heading",
  "former-contracts": "dossier:contract.former",
  guarantees: "dossier:guarantees.heading",
  instalments: "dossier:instalments.heading",
  transmission: "dossier:transmission.heading",
  bank: "dossier:bank.heading",
  address: "dossier:address.heading",
  contact: "dossier:contact.heading",
  card: "vitale:title",
  ehic: "ehic:title",
} as const;

/** The heading of a block by its id; the second contract's is `contract-2`. */
function blockName(t: T, place: string): string | undefined {
  const [, id = "", number] = /^([a-z-]+?)(?:-(\d{1,2}))?$/.exec(place) ?? [];
  if (!Object.hasOwn(blocks, id)) return undefined;
  const name = t(blocks[id as keyof typeof blocks]);
  return number === undefined || number === "1" ? name : `${name} (${number})`;
}
