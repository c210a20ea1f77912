import { expect, test } from "vitest";
import { line, openPlace, payment, person, type Row } from "../feeds/import-kit.ts";
import { countOldPayments, removeOldPayments } from "./purge-payments.ts";

/** 15 March 2026, Paris: shown since 15 March 2023, kept since 15 February 2023. */
const lastKept = "2023-02-15";
const gone = "2023-02-14";

async function startPlace(payments: Row[], lines: Row[], people: Row[] = [person({})]) {
  const place = openPlace();
  await place.rows("personnes", people, "personnes_20260101080000_1.csv");
  await place.rows("paiements", payments);
  const report = await place.rows("lignes", lines);
  expect(report.rejected).toBe(0);
  const deps = { db: place.db, clock: () => place.now };
  const list = (sql: string) => place.db.$client.prepare<[], string>(sql).pluck().all();
  return Object.assign(place, {
    purge: () => [...removeOldPayments(deps)].reduce((sum, step) => sum + step, 0),
    due: () => [...countOldPayments(deps)].reduce((sum, step) => sum + step, 0),
    payments: () => list("SELECT payment_id FROM payments ORDER BY payment_id"),
    lines: () => list("SELECT line_id FROM lines ORDER BY line_id"),
    links: () => list("SELECT payment_id || ' ' || line_id FROM line_payments ORDER BY 1"),
    expectSound() {
      expect(place.db.$client.pragma("foreign_key_check")).toEqual([]);
      expect(place.db.$client.pragma("foreign_keys", { simple: true })).toBe(1);
    },
  });
}

const paid = (id: string, day: string, more: Row = {}) => payment({ paiement_id: id, date_mandat: day, ...more });
const care = (id: string, paymentId: string, day: string, more: Row = {}) =>
  line({ ligne_id: id, paiement_amo_id: paymentId, soin_debut: day, ...more });

test("payments and their lines go three years and a month after the payment, at midnight in Paris", async () => {
  const place = await startPlace(
    [paid("OLD", gone), paid("KEPT", lastKept)],
    [care("L1", "OLD", gone), care("L2", "KEPT", gone)],
  );
  place.now = Date.parse("2026-03-14T23:59:59+01:00");
  expect([place.due(), place.purge()]).toEqual([0, 0]);
  place.now = Date.parse("2026-03-15T00:00:00+01:00");
  expect(place.due()).toBe(1);
  expect(place.purge()).toBe(2);
  expect([place.payments(), place.lines(), place.links()]).toEqual([["KEPT"], ["L2"], ["KEPT L2"]]);
  place.now = Date.parse("2026-03-15T00:00:01+01:00");
  expect([place.due(), place.purge()]).toEqual([0, 0]);
  place.expectSound();
});

test("a line that both paid stays until the later payment goes, and so do both payments", async () => {
  const place = await startPlace(
    [paid("AMO1", gone), paid("AMC1", lastKept, { payeur: "AMC" })],
    [care("L1", "AMO1", gone, { paiement_amc_id: "AMC1" })],
  );
  expect(place.purge()).toBe(0);
  expect(place.payments()).toEqual(["AMC1", "AMO1"]);
  place.now = Date.parse("2026-03-16T00:00:00+01:00");
  expect(place.purge()).toBe(3);
  expect([place.payments(), place.lines(), place.links()]).toEqual([[], [], []]);
  place.expectSound();
});

const cancelled = {
  quantite: -1,
  depense_cents: -3000,
  br_cents: -3000,
  amo_brut_cents: -2100,
  pf_cents: -200,
  amo_verse_cents: -1900,
  amc_cents: -900,
  reste_cents: -200,
  type: "ANNULATION",
};

test("an act that a recent correction is about stays with it; both go together later", async () => {
  const place = await startPlace(
    [paid("OLD", gone), paid("NEW", "2025-01-10")],
    [care("L1", "OLD", gone), care("A1", "NEW", gone, { ...cancelled, ligne_origine_id: "L1" })],
  );
  expect([place.due(), place.purge()]).toEqual([0, 0]);
  expect(place.lines()).toEqual(["A1", "L1"]);
  place.now = Date.parse("2029-01-01T00:00:00Z");
  expect(place.purge()).toBe(4);
  expect([place.payments(), place.lines(), place.due()]).toEqual([[], [], 0]);
  place.expectSound();
});

test("a correction of a correction goes before what it corrects, in one purge", async () => {
  const again = { type: "CORRECTION" };
  const place = await startPlace(
    [paid("P1", gone), paid("P2", gone), paid("P3", gone)],
    [
      care("L1", "P1", gone),
      care("L2", "P2", gone, { ...again, ligne_origine_id: "L1" }),
      care("L3", "P3", gone, { ...again, ligne_origine_id: "L2" }),
    ],
  );
  expect(place.purge()).toBe(6);
  expect(place.lines()).toEqual([]);
  place.expectSound();
});

test("a child's lines go with the payments of the parent; those of somebody else do not", async () => {
  const people = [
    person({}),
    person({ personne_id: "CHILD", num_adherent: "10000002", date_naissance: "2015-01-01" }),
    person({ personne_id: "P2", num_adherent: "10000003", nir13: "", nir_cle: "" }),
  ];
  const place = await startPlace(
    [
      paid("OLD", gone),
      paid("OTHER", lastKept, { personne_id: "P2" }),
      paid("MIXED", gone, { personne_id: "P2", payeur: "AMC" }),
    ],
    [
      care("L1", "OLD", gone, { beneficiaire_id: "CHILD", paiement_amc_id: "MIXED" }),
      care("L2", "OTHER", gone, { beneficiaire_id: "CHILD" }),
    ],
    people,
  );
  expect(place.purge()).toBe(3);
  expect([place.payments(), place.lines(), place.links()]).toEqual([["OTHER"], ["L2"], ["OTHER L2"]]);
  place.expectSound();
});

test("thousands go in short steps, and people who were never paid are passed over", async () => {
  const people = Array.from({ length: 450 }, (_, index) =>
    person({ personne_id: `P${index}`, num_adherent: String(20_000_000 + index), nir13: "", nir_cle: "" }),
  );
  const payments = Array.from({ length: 1_300 }, (_, index) =>
    paid(`PAY${index}`, gone, { personne_id: `P${index % 3}` }),
  );
  const lines = Array.from({ length: 1_300 }, (_, index) =>
    care(`L${index}`, `PAY${index}`, gone, { beneficiaire_id: `P${index % 3}` }),
  );
  const place = await startPlace(payments, lines, people);
  const steps = [...removeOldPayments({ db: place.db, clock: () => place.now })];
  expect(Math.max(...steps)).toBeLessThanOrEqual(250);
  expect([place.payments(), place.lines(), place.links(), place.due()]).toEqual([[], [], [], 0]);
  place.expectSound();
});

test("a feed that brings them again is taken, and the next purge removes them again", async () => {
  const place = await startPlace([paid("OLD", gone)], [care("L1", "OLD", gone)]);
  expect(place.purge()).toBe(2);
  await place.rows("paiements", [paid("OLD", gone)], "paiements_20260302080000_2.csv");
  await place.rows("lignes", [care("L1", "OLD", gone)], "lignes_20260302080000_2.csv");
  expect(place.lines()).toEqual(["L1"]);
  expect(place.purge()).toBe(2);
  place.expectSound();
});

test("while an import runs nothing goes: it remembers the payments it has met", async () => {
  const place = await startPlace([paid("OLD", gone)], [care("L1", "OLD", gone)]);
  place.db.$client.prepare("INSERT INTO feed_runs (mode, started_at) VALUES ('delta', ?)").run(place.now / 1000);
  expect([place.purge(), place.due()]).toEqual([0, 1]);
  place.now += 6 * 3600 * 1000 - 1000;
  expect(place.purge()).toBe(0);
  place.now += 1000;
  expect(place.purge()).toBe(2);
});
