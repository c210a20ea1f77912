import { cpSync, existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { bundled, runOrDie } from "../../test/kit/killed.ts";
import { csv, line, openPlace, type Place, payment, person } from "./import-kit.ts";

const kills = 20;

/** Two feeds with all that makes an import delicate: invitations, orphans, cancellations, corrections, rejects. */
function dropFeeds(place: Place): void {
  const count = 1500;
  const numbers = Array.from({ length: count }, (_, index) => index);
  const id = (index: number) => `P${index % 300}`;
  const people = numbers.slice(0, 300).map((index) =>
    person({
      personne_id: `P${index}`,
      num_adherent: String(40_000_000 + index),
      email: index % 2 ? `p${index}@example.fr` : "",
      date_inscription: "2026-03-01",
      ...(index === 7 && { nir_cle: "36" }),
    }),
  );
  const payments = numbers.map((index) => payment({ paiement_id: `PAY${index}`, personne_id: id(index) }));
  const lines = numbers.map((index) =>
    line({ ligne_id: `L${index}`, paiement_amo_id: `PAY${index}`, beneficiaire_id: id(index) }),
  );
  const later = numbers.slice(0, 400).map((index) =>
    line({
      ligne_id: `A${index}`,
      paiement_amo_id: `PAY${index}`,
      beneficiaire_id: id(index),
      quantite: -1,
      depense_cents: -3000,
      br_cents: -3000,
      amo_brut_cents: -2100,
      pf_cents: -200,
      amo_verse_cents: -1900,
      amc_cents: -900,
      reste_cents: -200,
      type: "ANNULATION",
      ligne_origine_id: `L${index * 4}`,
    }),
  );
  const corrected = payments.slice(0, 500).map((row) => ({ ...row, version: 2, date_mandat: "2026-02-20" }));
  const name = (entity: string, sequence: number) => `${entity}_2026030${sequence}080000_${sequence}.csv`;
  const first = {
    [name("personnes", 1)]: csv(people),
    [name("paiements", 1)]: csv(payments),
    [name("lignes", 1)]: csv(lines),
  };
  const second = { [name("paiements", 2)]: csv(corrected), [name("lignes", 2)]: csv(later) };
  place.feed(1, first, { into: join(place.inbox, "un") });
  place.feed(2, second, { into: join(place.inbox, "deux") });
}

/** Imports in a process of its own; kills it after so long, unless it is through. True when it was. */
function importOrDie(program: string, { folder, inbox, rejectsDir }: Place, killAfterMs: number): Promise<boolean> {
  return runOrDie(program, { BASE: join(folder, "espace.db"), INBOX: inbox, REJECTS: rejectsDir }, killAfterMs);
}

/** What the base holds, sealed values opened; the journal of runs and the moments of orphans left out. */
function contents(place: Place) {
  const tables = ["members", "payments", "lines", "line_payments", "feed_sources", "data_freshness", "settings"];
  const orphans = place.all(
    "SELECT entity, key, version, parent_entity, parent_key FROM feed_orphans ORDER BY 1, 2, 3",
  );
  return [
    orphans,
    ...tables.map((table) =>
      place.all<Record<string, unknown>>(`SELECT * FROM ${table} ORDER BY 1, 2`).map((row) => {
        const sealed = row.nir_sealed;
        return sealed ? { ...row, nir_sealed: place.seal.open("members.nir", sealed as Buffer) } : row;
      }),
    ),
  ];
}

test("an import killed twenty times ends where an undisturbed one does", { timeout: 60_000 }, async () => {
  const program = bundled(new URL("killed-import.ts", import.meta.url));
  const whole = openPlace();
  const killed = openPlace();
  dropFeeds(whole);
  cpSync(whole.inbox, killed.inbox, { recursive: true });
  const started = performance.now();
  expect(await importOrDie(program, whole, 60_000)).toBe(true);
  const whileMs = Math.min(performance.now() - started, 1500);
  let died = 0;
  for (let round = 0; round < kills; round++) {
    // Spread over the whole import, whatever is left of it.
    const through = await importOrDie(program, killed, (whileMs * Math.random()) / 2);
    if (!through) died++;
    else if (round < kills - 1) dropFeeds(killed);
  }
  expect(died).toBeGreaterThan(5);
  expect(await importOrDie(program, killed, 60_000)).toBe(true);
  expect(killed.one("PRAGMA integrity_check")).toEqual({ integrity_check: "ok" });
  expect(contents(killed)).toEqual(contents(whole));
  expect(readdirSync(killed.inbox)).toEqual(["done"]);
  expect(existsSync(join(killed.inbox, "done", "si_2", "manifest.json"))).toBe(true);
});
