import { eq } from "drizzle-orm";
import { type Choices, changeChoices } from "../../domain/preferences.ts";
import type { Language } from "../../lib/languages.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { accounts } from "../../platform/schema.ts";

type Wanted = { changes: Partial<Choices>; language: Language | undefined };

/** Keeps what the owner of an account wants to receive, and in which language; at once, all or nothing. */
export function savePreferences(
  deps: Pick<Deps, "db" | "clock" | "seal">,
  { accountId, memberId }: { accountId: string; memberId: string },
  { changes, language }: Wanted,
): void {
  const { db } = deps;
  write(db, () => {
    changeChoices(deps, { accountId, memberId, changes, actor: "member", channel: "preferences" });
    if (language !== undefined) db.update(accounts).set({ language }).where(eq(accounts.id, accountId)).run();
  });
}
