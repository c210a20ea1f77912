import type { Db } from "../../platform/database.ts";

export function createEhicQueries({ $client }: Db) {
  const asOf = $client.prepare<[], number>("SELECT as_of FROM data_freshness WHERE entity = 'ceam'").pluck();
  return {
    /** When the back office last spoke of cards (seconds), if it ever did. */
    asOf: (): number | undefined => asOf.get(),
  };
}
