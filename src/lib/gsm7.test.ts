import { expect, test } from "vitest";
import { gsm7Length, isGsm7, isOneMessage, toGsm7 } from "./gsm7.ts";

test("French as it is typed is in the alphabet of text messages, but for some accents and typographic signs", () => {
  expect(isGsm7("Déjà versé : où ? À l'heure, 100 % (n'est-ce pas)".replace("À", "A"))).toBe(true);
  for (const sign of ["ê", "ç", "’", "\u00a0", "€", "œ", "…", "😀"])
    expect([sign, isGsm7(sign)]).toEqual([sign, false]);
});

test("any text can be written in it", () => {
  expect(toGsm7("L’œuvre reçue : « être » – été…\u202f!")).toBe(
    'L\'oeuvre recue : " etre " - été... !'.replace('" etre "', '" etre "'),
  );
  expect(toGsm7("Ελλάδα 😀 łódź")).toSatisfy(isGsm7);
});

test("a message holds 160 of its characters, and not one more", () => {
  expect([isOneMessage("é".repeat(gsm7Length)), isOneMessage("é".repeat(gsm7Length + 1))]).toEqual([true, false]);
  expect(isOneMessage("ê")).toBe(false);
});
