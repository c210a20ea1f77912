import { type MailingList, mailingListNames, mailingLists } from "../domain/mailing-lists.ts";
import { type Choice, changeChoices, readChoices } from "../domain/preferences.ts";
import { readUnsubscribeToken } from "../domain/unsubscribe.ts";
import { type Cell, choice, column, day, positions, required, special, text } from "./columns.ts";
import type { Entity, Fault, FeedRow, Outcome, Store, Surroundings } from "./entity.ts";

/** The token of a link to unsubscribe, given alone or as the whole address. */
const link = special("E_FORMAT", (value) => /^(?:https?:\/\/\S+\/)?([\w-]{60,400})(?:\?\S*)?$/.exec(value)?.[1]);

const columns = [
  column("email", undefined, text(254)),
  column("lien", undefined, link, { secret: true }),
  column("liste", undefined, choice(mailingListNames)),
  required("date_desinscription", undefined, day),
];

const at = positions(columns);

/**
 * Who asked the company that sends newsletters and offers not to get them any more: by address and list, or by the link
 * of a mail, which names both. Nothing is kept of a row but what it changes, and a day tells a replay from a new wish.
 */
export const desinscriptions: Entity = {
  name: "desinscriptions",
  table: "preferences",
  // Reports show the key: an address has no place there.
  key: ["date_desinscription"],
  columns,
  parents: [],
  isHistory: true,
  check(cells, today) {
    if (cells[at.email] === null && cells[at.lien] === null) return [{ code: "E_VIDE", column: "email" }];
    if (cells[at.lien] === null && cells[at.liste] === null) return [{ code: "E_VIDE", column: "liste" }];
    const on = String(cells[at.date_desinscription]);
    return on > today ? [{ code: "E_DATE_FUTURE", column: "date_desinscription", value: on }] : [];
  },
};

type Account = { accountId: string; memberId: string };

/** Stops lists for the accounts that rows name; one that is off already stays as it is. */
export function withdrawalStore(around: Surroundings): Store {
  const { db, seal } = around;
  const byEmail = db.$client.prepare<[Cell], Account>(
    "SELECT id AS accountId, member_id AS memberId FROM accounts WHERE email = ? COLLATE NOCASE",
  );
  const byId = db.$client.prepare<[string], Account>(
    "SELECT id AS accountId, member_id AS memberId FROM accounts WHERE id = ?",
  );

  function find({ cells }: FeedRow): { accounts: Account[]; list: Choice } | Fault {
    const named = cells[at.liste] === null ? undefined : mailingLists[cells[at.liste] as MailingList];
    if (cells[at.lien] === null) {
      const accounts = byEmail.all(cells[at.email]!);
      const unknown: Fault = { code: "E_INCONNU", column: "email", value: String(cells[at.email]) };
      return accounts.length > 0 ? { accounts, list: named! } : unknown;
    }
    const token = readUnsubscribeToken(seal, String(cells[at.lien]));
    if (!token) return { code: "E_INCONNU", column: "lien" };
    if (named !== undefined && named !== token.list) return { code: "E_VALEUR", column: "liste" };
    // Of an account that is gone there is nothing to stop.
    return { accounts: byId.all(token.accountId), list: token.list };
  }

  return {
    put(row, check): Outcome {
      if (row.ends) return { kind: "rejected", fault: { code: "E_SUPPR_INTERDITE", column: "op", value: "D" } };
      const found = find(row);
      if ("code" in found) return { kind: "rejected", fault: found };
      const { accounts, list } = found;
      if (check) {
        const isOn = accounts.some(({ accountId }) => readChoices(around, accountId)[list]);
        return isOn ? { kind: "ignored", code: "I_REJEU" } : { kind: "unchanged" };
      }
      const receivedOn = String(row.cells[at.date_desinscription]);
      const changed = accounts.flatMap((account) =>
        changeChoices(around, { ...account, changes: { [list]: false }, actor: "import", channel: "feed", receivedOn }),
      );
      return { kind: changed.length > 0 ? "applied" : "unchanged" };
    },
  };
}
