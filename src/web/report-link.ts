import { urls } from "./urls.ts";

/** The pages that a message may be about, by their address. */
const pages = {
  [urls.dashboard]: "dashboard",
  [urls.reimbursements]: "reimbursements",
  [urls.dossier]: "dossier",
  [urls.changes]: "changes",
  [urls.vitale]: "vitale",
  [urls.ehic]: "ehic",
  [urls.documents]: "documents",
  [urls.account]: "account",
  [urls.accountData]: "data",
} as const satisfies Record<string, string>;

export type ReportedPage = (typeof pages)[keyof typeof pages];

/** What a message is about, as its address says: not yet whether it is the member's. `place` is an id on the page. */
export type Reference =
  | { kind: "page"; path: string; page: ReportedPage; place: string | undefined }
  | { kind: "payment"; paymentId: string; place: string | undefined };

const longestReference = 400;
const paymentPath = /^\/reimbursements\/([^/]+)$/;

/** Where somebody says that the data of a page, or of one place of it, are wrong. */
export function reportLink(path: string, place?: string): string {
  return `${urls.contact}?about=${encodeURIComponent(place === undefined ? path : `${path}#${place}`)}`;
}

/** The way to write from a page that is shown: about that page, when it holds data. */
export function contactFrom(path: string): string {
  return Object.hasOwn(pages, path) || paymentPath.test(path) ? reportLink(path) : urls.contact;
}

/** Reads a reference: the address of a page of data or of a payment, or the bare number of a payment. */
export function readReference(text: string): Reference | undefined {
  if (text.length > longestReference) return undefined;
  const mark = text.indexOf("#");
  const path = mark < 0 ? text : text.slice(0, mark);
  const place = mark < 0 ? undefined : text.slice(mark + 1);
  if (!path.startsWith("/")) return { kind: "payment", paymentId: path, place };
  if (Object.hasOwn(pages, path))
    return { kind: "page", path, page: (pages as Record<string, ReportedPage>)[path]!, place };
  const paymentId = decoded(paymentPath.exec(path)?.[1]);
  return paymentId === undefined ? undefined : { kind: "payment", paymentId, place };
}

function decoded(piece: string | undefined): string | undefined {
  try {
    return piece === undefined ? undefined : decodeURIComponent(piece);
  } catch {
    return undefined;
  }
}
