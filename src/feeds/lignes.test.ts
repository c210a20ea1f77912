import { expect, test } from "vitest";
import { line, openPlace, payment, type Row } from "./import-kit.ts";

const amc = payment({ paiement_id: "PAY2", payeur: "AMC", montant_cents: 900, date_mandat: "2026-03-12" });
const lines = (rows: Row[]) => rows.map((row, index) => ({ ...line({}), ligne_id: `L${index + 1}`, ...row }));

/** Amounts of one worked example: expense, base, rate, gross, PF, deductible, AMO paid, AMC, rest. */
function amounts([expense, base, rate, gross, pf, deductible, amo, amc, rest]: number[]): Row {
  return {
    depense_cents: expense!,
    br_cents: base!,
    taux: rate!,
    amo_brut_cents: gross!,
    pf_cents: pf!,
    franchise_cents: deductible!,
    amo_verse_cents: amo!,
    amc_cents: amc!,
    reste_cents: rest!,
  };
}

async function codesOf(rows: Row[]): Promise<string[]> {
  const place = openPlace();
  await place.startWith([payment({}), amc]);
  await place.rows("lignes", lines(rows));
  return place.codes("lignes").filter((code) => !code.endsWith("W_TOTAL"));
}

test("the ten worked examples are taken without a reject", async () => {
  const place = openPlace();
  await place.startWith([payment({ montant_cents: 0 })]);
  const report = await place.rows(
    "lignes",
    lines([
      amounts([3000, 3000, 7000, 2100, 200, 0, 1900, 900, 200]),
      amounts([3000, 3000, 3000, 900, 200, 0, 700, 900, 1400]),
      amounts([6000, 2300, 7000, 1610, 200, 0, 1410, 690, 3900]),
      amounts([6000, 2300, 7000, 1610, 200, 0, 1410, 1840, 2750]),
      amounts([926, 926, 6500, 602, 0, 0, 602, 324, 0]),
      {
        ...amounts([0, 0, 0, 0, 0, 200, -200, 0, 200]),
        type: "DEDUCTION",
        ligne_origine_id: "L5",
        br_cents: "",
        taux: "",
        amo_brut_cents: "",
        amc_cents: "",
      },
      amounts([2892, 2892, 6000, 1735, 0, 0, 1735, 1157, 0]),
      amounts([9500, 2850, 6000, 1710, 0, 0, 1710, 7790, 0]),
      amounts([3000, 3000, 7000, 2100, 0, 0, 2100, 900, 0]),
      amounts([4600, 0, 0, 0, 0, 0, 0, 4600, 0]),
      {
        ...amounts([-3000, -3000, 7000, -2100, -200, 0, -1900, -900, -200]),
        type: "ANNULATION",
        quantite: -1,
        ligne_origine_id: "L1",
      },
      { ...amounts([3000, 2500, 7000, 1750, 200, 0, 1550, 750, 700]), type: "CORRECTION", ligne_origine_id: "L1" },
    ]),
  );
  expect(report).toMatchObject({ applied: 12, rejected: 0 });
  expect(place.codes("lignes")).toEqual([" W_TOTAL"]);
  const net = place.one("SELECT sum(rest_cents) AS rest FROM lines WHERE 'L1' IN (line_id, origin_id)");
  expect(net).toEqual({ rest: 700 });
});

test("a line is paid by each of its payments, by its own amount", async () => {
  const place = openPlace();
  await place.startWith([payment({}), amc]);
  expect(await place.rows("lignes", [line({ paiement_amc_id: "PAY2" })])).toMatchObject({ applied: 1, rejected: 0 });
  expect(place.codes("lignes")).toEqual([]);
  expect(place.all("SELECT payment_id, paid_on, payer, amount_cents FROM line_payments ORDER BY 1")).toEqual([
    { payment_id: "PAY1", paid_on: "2026-02-10", payer: "AMO", amount_cents: 1900 },
    { payment_id: "PAY2", paid_on: "2026-03-12", payer: "AMC", amount_cents: 900 },
  ]);
});

const broken: [string, Row, string][] = [
  ["a fraction of a cent (i)", { depense_cents: "3000.5" }, "E_ENTIER"],
  ["a gross amount above the base (ii)", { br_cents: 2000, reste_cents: 200 }, "E_MONTANTS"],
  ["a gross amount above the expense (ii)", { depense_cents: 2000, amc_cents: 0, reste_cents: 100 }, "E_MONTANTS"],
  ["a negative AMC part (ii)", { amc_cents: -900, reste_cents: 2000 }, "E_MONTANTS"],
  ["a negative rest (ii)", { amc_cents: 1200, reste_cents: -100 }, "E_MONTANTS"],
  ["a negative participation (ii)", { pf_cents: -200 }, "E_MONTANTS"],
  ["amounts that do not add up (iii)", { reste_cents: 201 }, "E_SOMME"],
  ["care after the payment (vii)", { soin_debut: "2026-02-11" }, "E_DATES"],
  ["care in the future (vii)", { soin_debut: "2026-03-16" }, "E_DATE_FUTURE"],
  ["an end of care before its start", { soin_fin: "2026-01-31" }, "E_DATES"],
  ["no payment at all", { paiement_amo_id: "" }, "E_PAIEMENT"],
  ["a payment without the amount it pays", { amo_verse_cents: "" }, "E_PAIEMENT"],
  ["a payment of the other payer", { paiement_amo_id: "PAY2" }, "E_PAYEUR"],
  ["an unknown payment", { paiement_amo_id: "PAY9" }, "E_PARENT"],
  ["an unknown person", { beneficiaire_id: "P9" }, "E_PARENT"],
  ["a negative quantity on an ordinary line", { quantite: -1 }, "E_QUANTITE"],
  ["no quantity", { quantite: 0 }, "E_QUANTITE"],
  ["an origin on an ordinary line", { ligne_origine_id: "L0" }, "E_ORIGINE"],
  ["a correction without origin", { type: "CORRECTION" }, "E_ORIGINE"],
  ["a type that does not exist", { type: "AUTRE" }, "E_VALEUR"],
  ["the deletion of a line", { op: "D" }, "E_SUPPR_INTERDITE"],
];

test.each(broken)("refuses %s", async (_, change, code) => {
  expect(await codesOf([change])).toEqual([`2 ${code}`]);
});

test("a gross amount off base × rate is only a warning (iv)", async () => {
  expect(await codesOf([{ taux: 6900 }])).toEqual(["2 W_TAUX"]);
  expect(await codesOf([{ br_cents: 3001 }])).toEqual([]);
});

const opposite = {
  ...amounts([-3000, -3000, 7000, -2100, -200, 0, -1900, -900, -200]),
  type: "ANNULATION",
  quantite: -1,
  ligne_origine_id: "L1",
};

test("a cancellation is the exact opposite of its origin, and comes once (vi)", async () => {
  expect(await codesOf([{}, opposite])).toEqual([]);
  expect(await codesOf([{}, opposite, opposite])).toEqual(["4 E_DEJA_ANNULEE"]);
  expect(await codesOf([{}, { ...opposite, depense_cents: -3001, reste_cents: -201 }])).toEqual(["3 E_ANNULATION"]);
  expect(await codesOf([{}, { ...opposite, code_acte: "CS" }])).toEqual(["3 E_ANNULATION"]);
  expect(
    await codesOf([
      {},
      opposite,
      {
        ...amounts([3000, 3000, 7000, 2100, 200, 0, 1900, 900, 200]),
        type: "ANNULATION",
        quantite: 1,
        ligne_origine_id: "L2",
      },
    ]),
  ).toEqual(["4 E_QUANTITE"]);
});

test("a cancellation before its origin in the same file waits for it and is not rejected", async () => {
  const place = openPlace();
  await place.startWith();
  const report = await place.rows("lignes", lines([{ ...opposite, ligne_origine_id: "L2" }, {}]));
  expect(report).toMatchObject({ applied: 2, rejected: 0 });
  expect(place.all("SELECT * FROM feed_orphans")).toEqual([]);
});

test("a deduction has one shape only", async () => {
  const deduction = {
    ...amounts([0, 0, 0, 0, 200, 0, -200, 0, 200]),
    type: "DEDUCTION",
    ligne_origine_id: "L1",
  };
  expect(await codesOf([{}, deduction])).toEqual([]);
  for (const wrong of [
    { quantite: 2 },
    { depense_cents: 100 },
    { amo_verse_cents: 200 },
    { franchise_cents: 200 },
    { reste_cents: 0 },
  ]) {
    expect(await codesOf([{}, { ...deduction, ...wrong }])).toEqual(["3 E_DEDUCTION"]);
  }
});

test("more than 50 € of one family in a year, or a payment that is not the sum of its lines, are warnings (x, v)", async () => {
  const place = openPlace();
  await place.startWith([payment({ montant_cents: 1900 - 5000 })]);
  const deduction = (cents: number) => ({
    ...amounts([0, 0, 0, 0, 0, cents, -cents, 0, cents]),
    type: "DEDUCTION",
    ligne_origine_id: "L1",
  });
  await place.rows("lignes", lines([{}, deduction(5000)]));
  expect(place.codes("lignes")).toEqual([]);
  const more = { ...line({}), ...deduction(100), ligne_id: "L3" };
  await place.rows("lignes", [more], "lignes_20260302080000_2.csv");
  expect(place.codes("lignes_20260302080000_2")).toEqual([" W_PLAFOND", " W_TOTAL"]);
});

test("only the AMC part that was pending may be filled, by a higher version", async () => {
  const place = openPlace();
  await place.startWith([payment({}), amc]);
  const pending = line({ amc_cents: "", reste_cents: "" });
  const filled = line({ version: 2, paiement_amc_id: "PAY2" });
  await place.rows("lignes", [pending]);
  const codes = async (row: Row) => {
    const report = await place.rows("lignes", [row]);
    return [report.applied, report.unchanged, ...place.codes("lignes")];
  };
  expect(await codes({ ...filled, version: 1 })).toEqual([0, 0, "2 E_CONFLIT"]);
  expect(await codes({ ...filled, libelle: "Autre" })).toEqual([0, 0, "2 E_IMMUABLE"]);
  expect(await codes(filled)).toEqual([1, 0]);
  expect(await codes(filled)).toEqual([0, 1]);
  expect(await codes(pending)).toEqual([0, 0, "2 I_ANCIEN"]);
  expect(await codes({ ...filled, version: 3, amc_cents: 800, reste_cents: 300 })).toEqual([0, 0, "2 E_IMMUABLE"]);
  expect(place.one("SELECT amc_cents, rest_cents, version FROM lines")).toEqual({
    amc_cents: 900,
    rest_cents: 200,
    version: 2,
  });
  expect(place.one("SELECT count(*) AS count FROM line_payments")).toEqual({ count: 2 });
});

test("the correction of a payment's date or person takes its lines along, unless care would come after it", async () => {
  const place = openPlace();
  await place.startWith();
  await place.rows("lignes", [line({})]);
  expect(await place.rows("paiements", [payment({ version: 2, date_mandat: "2026-02-12" })])).toMatchObject({
    applied: 1,
  });
  expect(place.one("SELECT paid_on FROM line_payments")).toEqual({ paid_on: "2026-02-12" });
  await place.rows("paiements", [payment({ version: 3, date_mandat: "2026-01-31" })]);
  expect(place.codes("paiements_20260301")).toEqual(["2 E_DATES"]);
  await place.rows("paiements", [payment({ version: 3, payeur: "AMC" })]);
  expect(place.codes("paiements_20260301")).toEqual(["2 E_PAYEUR"]);
  await place.rows("paiements", [{ op: "D", version: 3, ...payment({}) }]);
  expect(place.codes("paiements_20260301")).toEqual(["2 E_SUPPR_INTERDITE"]);
});
