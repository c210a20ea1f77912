import { expect, test } from "vitest";
import { countriesIn, countryCodes, countryName, hasFrenchPost } from "./countries.ts";

test("every country is there once, with a name in each language, France first", () => {
  expect(countryCodes).toHaveLength(249);
  expect(new Set(countryCodes).size).toBe(249);
  for (const language of ["fr", "en"] as const) {
    const names = countriesIn(language);
    expect(names).toHaveLength(249);
    expect(names[0]).toEqual({ code: "FR", name: "France" });
    expect(names.filter(({ code, name }) => code === name)).toEqual([]);
  }
  expect(countryName("DE", "fr")).toBe("Allemagne");
  expect(countryName("<b>", "fr")).toBe("<b>");
});

test("the French post delivers overseas too, and not in Belgium", () => {
  expect(["FR", "RE", "NC", "MC"].every(hasFrenchPost)).toBe(true);
  expect(["BE", "CH", "MA"].some(hasFrenchPost)).toBe(false);
});
