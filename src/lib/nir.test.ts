import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compactIdentifier, formatNir, isProvisional, maskNir, nirKey, parseNir } from "./nir.ts";

const valid = [
  ["1990559350123", "35", "born in Lille"],
  ["202112A004056", "65", "born in Ajaccio, where 2A counts as 19"],
  ["101032B033078", "44", "born in Bastia, where 2B counts as 18"],
  ["2000899352117", "64", "born in Algeria"],
  ["2030197411042", "07", "born on Réunion, with a key below ten"],
  ["2040675114078", "97", "nothing left over"],
  ["2040675114077", "01", "the most left over"],
  ["7010999999001", "81", "provisional, man"],
  ["8010999999001", "31", "provisional, woman"],
  ["3000799205014", "49", "being registered"],
  ["1982075056311", "85", "a record without the month of birth"],
] as const;

test.each(valid)("the key of %s is %s (%s)", (number, key) => {
  expect(nirKey(number)).toBe(key);
  expect(parseNir(number)).toEqual({ number, key });
  expect(parseNir(number + key)).toEqual({ number, key });
});

test.each([
  ["195065821104542", "a published sample, whose right key is 60"],
  ["175062320600483", "a published sample, whose right key is 42"],
  ["199055935013235", "two digits changed places"],
  ["202112A00405666", "a wrong key in Corsica"],
  ["19905593501233", "14 characters"],
  ["199055935012", "12 characters"],
  ["1990559350123351", "16 characters"],
  ["202112C00405665", "a letter that is no department"],
  ["2A2112004056", "a letter elsewhere"],
  ["2A21120040567", "a letter in the year"],
  ["2021120A04056", "a letter one place too far"],
  ["2021A12004056", "a letter in the month"],
  ["202112A0040B6", "a second letter"],
  ["0990559350123", "no sex"],
  ["9990559350123", "a sex that does not exist"],
  ["1990059350123", "month 00"],
  ["1991359350123", "month 13"],
  ["1994359350123", "month 43"],
  ["", "nothing"],
  ["1990559350123X5", "a letter in the key"],
])("%s is refused: %s", (text) => {
  expect(parseNir(text)).toBeUndefined();
});

test("the right keys of the two published samples are 60 and 42", () => {
  expect(nirKey("1950658211045")).toBe("60");
  expect(nirKey("1750623206004")).toBe("42");
});

test.each([
  ["1 99 05 59 350 123 35", "spaces"],
  [" 199055935012335\t", "spaces around"],
  ["1.99.05.59.350.123.35", "dots"],
  ["1-99-05-59-350-123/35", "hyphens and a stroke"],
  ["1\u00a099\u00a005\u00a059\u00a0350\u00a0123\u00a035", "no-break spaces"],
  ["1\u202f99\u202f05\u202f59\u202f350\u202f123\u202f35", "narrow no-break spaces"],
  ["１９９０５５９３５０１２３３５", "full-width digits"],
])("%s is read as people type it: %s", (text) => {
  expect(parseNir(text)).toEqual({ number: "1990559350123", key: "35" });
});

test("a Corsican number may be typed in small letters", () => {
  expect(parseNir("2 02 11 2a 004 056 65")).toEqual({ number: "202112A004056", key: "65" });
});

test("numbers that begin with 5 to 8 are provisional, those of people being registered are not", () => {
  const provisional = (first: number) => isProvisional({ number: `${first}010999999001`, key: "00" });
  expect([1, 2, 3, 4, 5, 6, 7, 8].filter(provisional)).toEqual([5, 6, 7, 8]);
});

test("a number is shown in groups to the person, and masked to everybody else", () => {
  expect(formatNir({ number: "1990559350123", key: "35" })).toBe("1 99 05 59 350 123 35");
  expect(formatNir({ number: "202112A004056", key: "65" })).toBe("2 02 11 2A 004 056 65");
  expect(maskNir("1990559350123")).toBe("1 99 ** ** *** *** **");
});

test("an identifier loses the signs people put in it, and nothing else", () => {
  expect(compactIdentifier(" ab-12.34_56/78\u00a0c ")).toBe("AB12345678C");
  expect(compactIdentifier("10000001é")).toBe("10000001É");
});

describe("for any number", () => {
  const digits = (count: number) => fc.stringMatching(new RegExp(`^\\d{${count}}$`));
  const month = fc.integer({ min: 1, max: 12 }).map((value) => String(value).padStart(2, "0"));
  const place = fc.oneof(digits(2), fc.constantFrom("2A", "2B"));
  const numbers = fc
    .tuple(fc.integer({ min: 1, max: 8 }), digits(2), month, place, digits(6))
    .map((parts) => parts.join(""));

  test("what is shown is read back", () => {
    fc.assert(
      fc.property(numbers, (number) => {
        const nir = { number, key: nirKey(number) };
        expect(nir.key).toMatch(/^(?:0[1-9]|[1-8]\d|9[0-7])$/);
        expect(parseNir(formatNir(nir))).toEqual(nir);
      }),
    );
  });

  test("one wrong digit is noticed", () => {
    const index = fc.integer({ min: 0, max: 14 });
    fc.assert(
      fc.property(numbers, index, fc.integer({ min: 1, max: 9 }), (number, at, shift) => {
        const right = number + nirKey(number);
        fc.pre(/\d/.test(right[at]!));
        const wrong = right.slice(0, at) + ((Number(right[at]) + shift) % 10) + right.slice(at + 1);
        expect(parseNir(wrong)).toBeUndefined();
      }),
    );
  });

  test("whatever is typed, nothing but a number with its key comes out", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        const nir = parseNir(text);
        if (nir) expect(nirKey(nir.number)).toBe(nir.key);
      }),
    );
  });
});
