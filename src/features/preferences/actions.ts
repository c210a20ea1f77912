import { eq } from "drizzle-orm";
import { type Choices, changeChoices } from "../../domain/preferences.ts";
import type { Language } from "../../lib/languages.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { accounts } from "../../platform/schema.ts";
import type { Client } from "../../platform/sessions.ts";

type Wanted = { changes: Partial<Choices>; language: Language | undefined };
/** Whose choice it is, where it comes from, and the language of the page it was made on. */
type Chooser = { accountId: string; memberId: string; client: Client; read: Language };

/** Keeps what the owner of an account wants to receive, and in which language; at once, all or nothing. */
export function savePreferences(
  deps: Pick<Deps, "db" | "clock" | "seal" | "config">,
  { accountId, memberId, client, read }: Chooser,
  { changes, language }: Wanted,
): void {
  const { db, config } = deps;
  const shown = { language: read, organisation: config.organisation.name };
  write(db, () => {
    changeChoices(deps, { accountId, memberId, changes, actor: "member", channel: "preferences", shown, client });
    if (language !== undefined) db.update(accounts).set({ language }).where(eq(accounts.id, accountId)).run();
  });
}
