import { expect, test } from "vitest";
import { isLanguage, languages } from "./languages.ts";

test("the portal speaks French first, then English, and nothing else", () => {
  expect(languages).toEqual(["fr", "en"]);
  expect(["fr", "en", "FR", "de", "", "__proto__", undefined, null, 0].filter(isLanguage)).toEqual(["fr", "en"]);
});
