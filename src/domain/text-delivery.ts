import { and, eq, isNull, lt, or } from "drizzle-orm";
import { write } from "../platform/database.ts";
import type { Deps } from "../platform/deps.ts";
import { texts } from "../platform/schema.ts";

type TextDelivery = NonNullable<(typeof texts.$inferSelect)["delivery"]>;

/**
 * Keeps what the gateway says became of a text message it had taken; the latest word counts, in whatever order they
 * come.
 * @param report `messageId`: the id it was handed over with; `at` in seconds.
 * @returns false for a message that is unknown, or told of later already.
 */
export function keepDelivery(
  { db }: Pick<Deps, "db">,
  { messageId, delivery, at }: { messageId: string; delivery: TextDelivery; at: number },
): boolean {
  const isLatest = or(isNull(texts.deliveredAt), lt(texts.deliveredAt, at));
  const { changes } = write(db, () =>
    db
      .update(texts)
      .set({ delivery, deliveredAt: at })
      .where(and(eq(texts.messageId, messageId), isLatest))
      .run(),
  );
  return changes === 1;
}
