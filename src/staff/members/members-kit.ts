import type { Browser } from "../../../test/kit/browser.ts";
import type { Portal } from "../../../test/kit/portal.ts";

/** The file of Alice, who has everything. */
export const aliceFile = "/staff/members/P0001";

/** Opens a file for a call. */
export const open = (browser: Browser, file = aliceFile, fields: Record<string, string> = { reason: "call" }) =>
  browser.post(`${file}/open`, fields);

type Fact = { kind: string; memberId: string | null; actor: string; details: Record<string, unknown> };

/** What the journal tells of one kind, oldest first. */
export function factsOf({ db }: Portal, kind: string): Fact[] {
  return db.$client
    .prepare<[string], Omit<Fact, "details"> & { details: string }>(
      "SELECT kind, member_id AS memberId, actor, details FROM evidence WHERE kind = ? ORDER BY sequence",
    )
    .all(kind)
    .map((row) => ({ ...row, details: JSON.parse(row.details) }));
}
