import { describe, expect, test } from "vitest";
import { isSepa, maskIban, parseBic, parseIban } from "./iban.ts";

/** One of each country of the SEPA schemes, as their registry shows them. */
const sepa = [
  "AD1200012030200359100100",
  "AL47212110090000000235698741",
  "AT611904300234573201",
  "BE68539007547034",
  "BG80BNBG96611020345678",
  "CH9300762011623852957",
  "CY17002001280000001200527600",
  "CZ6508000000192000145399",
  "DE89370400440532013000",
  "DK5000400440116243",
  "EE382200221020145685",
  "ES9121000418450200051332",
  "FI2112345600000785",
  "FR1420041010050500013M02606",
  "GB29NWBK60161331926819",
  "GI75NWBK000000007099453",
  "GR1601101250000000012300695",
  "HR1210010051863000160",
  "HU42117730161111101800000000",
  "IE29AIBK93115212345678",
  "IS140159260076545510730339",
  "IT60X0542811101000000123456",
  "LI21088100002324013AA",
  "LT121000011101001000",
  "LU280019400644750000",
  "LV80BANK0000435195001",
  "MC5811222000010123456789030",
  "MD24AG000225100013104168",
  "ME25505000012345678951",
  "MK07250120000058984",
  "MT84MALT011000012345MTLCAST001S",
  "NL91ABNA0417164300",
  "NO9386011117947",
  "PL61109010140000071219812874",
  "PT50000201231234567890154",
  "RO49AAAA1B31007593840000",
  "RS35260005601001611379",
  "SE4550000000058398257466",
  "SI56263300012039086",
  "SK3112000000198742637541",
  "SM86U0322509800000000270100",
  "VA59001123000012345678",
];

test.each([
  ["FR7630004000031234567890143", "FR76 •••• 143"],
  ["BE68539007547034", "BE68 •••• 034"],
  ["DE89370400440532013000", "DE89 •••• 000"],
])("%s is shown as %s", (iban, masked) => {
  expect(maskIban(iban)).toBe(masked);
});

test("the list has the 42 countries of the schemes", () => {
  expect(new Set(sepa.map((iban) => iban.slice(0, 2))).size).toBe(42);
});

describe.each(sepa)("%s", (iban) => {
  test("is taken, typed in groups and in small letters too", () => {
    expect(parseIban(iban)).toEqual({ ok: true, value: iban });
    const typed = iban.toLowerCase().replace(/(.{4})/g, "$1\u00a0");
    expect(parseIban(` ${typed} `)).toEqual({ ok: true, value: iban });
    expect(isSepa(iban)).toBe(true);
  });

  test("is refused with another digit, two turned round, one more or one less", () => {
    const last = iban.length - 1;
    const at = iban.search(/\d(?=\D*$)/);
    const other = iban.slice(0, at) + String((Number(iban[at]) + 1) % 10) + iban.slice(at + 1);
    expect(parseIban(other)).toMatchObject({ ok: false, fault: "key" });
    expect(parseIban(iban.slice(0, last))).toMatchObject({ ok: false, fault: "length" });
    expect(parseIban(`${iban}0`)).toMatchObject({ ok: false, fault: "length" });
    const [a, b] = [iban[2]!, iban[3]!];
    if (a !== b) expect(parseIban(iban.slice(0, 2) + b + a + iban.slice(4))).toMatchObject({ ok: false, fault: "key" });
  });
});

test.each([
  "IBAN FR76 3000 4001 2300 0004 5678 904",
  "iban : FR7630004001230000045678904",
  "\u202aFR76\u00a03000\u200b4001 2300 0004 5678 904\u202c",
  "\ufeffIBAN\u00a0FR7630004001230000045678904",
])("%j, as it is copied from a statement, is the number alone", (typed) => {
  expect(parseIban(typed)).toEqual({ ok: true, value: "FR7630004001230000045678904" });
});

test.each(["FR1420041010050500013M02606", "FR7630004001230000045678904", "BE68539007547034", "DE89370400440532013000"])(
  "%s is good",
  (iban) => {
    expect(parseIban(iban).ok).toBe(true);
  },
);

test.each([
  ["FR7630004001230000045678960", "key"],
  ["", "country"],
  ["FR", "length"],
  ["ZZ7630004001230000045678904", "country"],
  ["30004001230000045678904", "country"],
  ["FR76 3000 4001 2300 0004 5678 9O4", "key"],
  ["FR76😀0004001230000045678904", "key"],
  ["FR76<b>", "key"],
  [`FR76${"1".repeat(96)}`, "length"],
])("%j is refused: %s", (typed, fault) => {
  expect(parseIban(typed)).toMatchObject({ ok: false, fault });
});

test("a French number whose keys do not agree is refused: the one of the RIB is looked at too", () => {
  // Both numbers have a right key of the IBAN; the second has a wrong one of the RIB.
  expect(parseIban("FR7630004001230000045678904").ok).toBe(true);
  const bban = "30004001230000045678905";
  const digits = BigInt(`${bban}152700`);
  const wrong = `FR${String(98n - (digits % 97n)).padStart(2, "0")}${bban}`;
  expect(parseIban(wrong)).toMatchObject({ ok: false, fault: "key" });
});

test.each(["TR330006100519786457841326", "SA0380000000608010167519", "AE070331234567890123456"])(
  "%s is good, and not in SEPA",
  (iban) => {
    expect(parseIban(iban).ok).toBe(true);
    expect(isSepa(iban)).toBe(false);
  },
);

test.each([
  ["AGRIFRPP", "AGRIFRPP"],
  ["agri fr pp 882", "AGRIFRPP882"],
  ["BIC : AGRIFRPP", "AGRIFRPP"],
  ["BIC/SWIFT AGRIFRPP882", "AGRIFRPP882"],
  ["BICICIAX", "BICICIAX"],
  ["\u200bAGRI\u202cFRPP", "AGRIFRPP"],
  ["AGRIFRP", undefined],
  ["AGRIFRPP88", undefined],
  ["1GRIFRPP", undefined],
  ["AGRI12PP", undefined],
  ["", undefined],
])("the BIC %j is %s", (typed, bic) => {
  expect(parseBic(typed)).toBe(bic);
});
