import { bearersIn, type Card } from "../../domain/vitale-cards.ts";
import { declarationsIn } from "../../domain/vitale-declarations.ts";
import type { Db } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";

export function createVitaleQueries(db: Db) {
  const asOf = db.$client.prepare<[], number>("SELECT as_of FROM data_freshness WHERE entity = 'vitale'").pluck();
  const name = db.$client
    .prepare<[string], string>(
      "SELECT first_names || ' ' || coalesce(usual_name, birth_name) FROM members WHERE member_id = ?",
    )
    .pluck();
  return {
    bearers: bearersIn(db),
    declarations: declarationsIn(db),
    /** When the back office gave its cards (seconds), if it ever did. */
    asOf: (): number | undefined => asOf.get(),
    nameOf: (memberId: string): string => name.get(memberId) ?? "",
  };
}

/** A card as it is named in a form: its number stands on no page. */
export function cardRef({ seal }: Pick<Deps, "seal">, memberId: string, { cardNumber }: Card): string {
  return seal.hash("vitale_cards.ref", `${memberId} ${cardNumber}`).toString("base64url").slice(0, 16);
}
