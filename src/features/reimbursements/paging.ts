import { isDay } from "../../lib/dates.ts";
import { urls } from "../../web/urls.ts";
import type { Cursor, Entry } from "./list-queries.ts";
import type { Filters } from "./schema.ts";

export const pageSize = 25;

/** What one page shows of one entry more than it holds, and whether there are pages beside it. */
export function pageOf(found: Entry[], before: Cursor | undefined, after: Cursor | undefined) {
  const more = found.length > pageSize;
  const backwards = after !== undefined && !before;
  return {
    entries: backwards ? found.slice(-pageSize) : found.slice(0, pageSize),
    hasNewer: backwards ? more : before !== undefined,
    hasOlder: backwards || more,
  };
}

export function queryText(values: Record<string, string | undefined>): string {
  const query = new URLSearchParams(
    Object.entries(values).filter((entry): entry is [string, string] => Boolean(entry[1])),
  );
  return query.size > 0 ? `?${query}` : "";
}

/** A page is named by the entry it starts beside, so that a new payment does not shift the pages. */
export function pageAddress(filters: Filters, side: "before" | "after", { paidOn, paymentId, lineId }: Entry): string {
  const cursor = Buffer.from(JSON.stringify([paidOn, paymentId, lineId ?? ""])).toString("base64url");
  return urls.reimbursements + queryText({ ...filters, [side]: cursor });
}

export function readCursor(text: string | undefined): Cursor | undefined {
  if (!text) return undefined;
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
    if (!Array.isArray(parts) || parts.length !== 3 || parts.some((part) => typeof part !== "string")) return undefined;
    const [paidOn, paymentId, lineId] = parts as [string, string, string];
    return isDay(paidOn) ? { paidOn, paymentId, lineId } : undefined;
  } catch {
    return undefined;
  }
}
