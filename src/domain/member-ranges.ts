import type { Db } from "../platform/database.ts";

export type MemberRange = { from: string; to: string };

const membersAtOnce = 50;

/** Every person of the base, some at a time, from after `from` to `to`: for work that must not hold the base long. */
export function* memberRanges(db: Db): Generator<MemberRange> {
  const last = db.$client
    .prepare<[string, number], string | null>(
      "SELECT max(member_id) FROM (SELECT member_id FROM members WHERE member_id > ? ORDER BY member_id LIMIT ?)",
    )
    .pluck();
  for (let from = ""; ; ) {
    const to = last.get(from, membersAtOnce);
    if (typeof to !== "string") return;
    yield { from, to };
    from = to;
  }
}
