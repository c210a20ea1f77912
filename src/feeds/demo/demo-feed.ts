import type { Day } from "../../lib/dates.ts";
import type { Entity, FeedRow } from "./columns.ts";
import { contractRows, coveredRows, guaranteeRows, instalmentRows } from "./contract-rows.ts";
import { type DemoData, readDemoData } from "./demo-data.ts";
import { createFeedWriter, type FeedSummary } from "./feed-writer.ts";
import { createLedger } from "./ledger.ts";
import { bankRows, cardRows, ehicRows, peopleRows, rightsRows } from "./people-rows.ts";
import { createRandom } from "./random.ts";
import { relativeDay } from "./relative-day.ts";
import { settleVisits } from "./settle.ts";
import { drawVisits } from "./visits.ts";
import { addWrittenStatements } from "./written-statements.ts";

/**
 * Writes the demo feed: the people of `db/demo` and three years of care up to `today` (a day in Paris). The same day
 * and seed give the same bytes.
 * @param folder made when missing; a feed that stands there is replaced.
 * @returns the files of the manifest and how many rows they hold together.
 */
export async function makeDemoFeed(options: { folder: string; today: Day; seed: string }): Promise<FeedSummary> {
  const { folder, today, seed } = options;
  const data = readDemoData();
  const banks = bankRows(data, today);
  const ibanEnds = new Map(
    banks.map(({ personne_id, usage, iban }) => [`${personne_id}/${usage}`, String(iban).slice(-4)]),
  );
  const ledger = createLedger(today, ibanEnds);
  addWrittenStatements(ledger, data.statements, today);
  addDrawnCare(ledger, data, today, seed);
  const { payments, lines } = ledger.rows();

  const writer = createFeedWriter(folder, today, "demo");
  const writeAll = <E extends Entity>(entity: E, rows: FeedRow<E>[]) => {
    for (const row of rows) writer.write(entity, row);
  };
  writeAll("personnes", peopleRows(data, today));
  writeAll("amo", rightsRows(data, today));
  writeAll("contrats", contractRows(data, today));
  writeAll("beneficiaires", coveredRows(data, today));
  writeAll("garanties", guaranteeRows(data));
  writeAll("echeances", instalmentRows(data, today, ibanEnds));
  writeAll("coordonnees_bancaires", banks);
  writeAll("paiements", payments);
  writeAll("lignes", lines);
  writeAll("vitale", cardRows(data, today));
  writeAll("ceam", ehicRows(data, today));
  return writer.finish();
}

function addDrawnCare(ledger: ReturnType<typeof createLedger>, data: DemoData, today: Day, seed: string): void {
  for (const person of data.people) {
    // Each person has his own chance: adding someone leaves the others as they were.
    const random = createRandom(`${seed}/${person.id}`);
    const birth = relativeDay(person.birth, today);
    const visits = drawVisits(person, birth, today, data, random);
    settleVisits({ person, birth, today, data, ledger, random }, visits);
  }
}
