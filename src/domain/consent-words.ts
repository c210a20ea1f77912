import { createHash } from "node:crypto";
import type { Language } from "../lib/languages.ts";
import { type T, tFor } from "../platform/i18n.ts";
import type { Choice } from "./preferences.ts";

/** Where a choice is made: the page of the preferences, or the form that opens an account. */
export type ConsentPlace = "preferences" | "opening";

/** What stands beside the box of a choice: its label, and what it means. */
export function consentText(t: T, place: ConsentPlace, choice: Choice, organisation: string) {
  if (place === "preferences") {
    const label = t(`preferences:choices.${choice}.label`, { organisation });
    return { label, hint: t(`preferences:choices.${choice}.about`, { organisation }) };
  }
  const isAlert = choice === "alertEmail" || choice === "alertSms";
  return {
    label: t(`registration:choices.${choice}`, { organisation }),
    hint: t(isAlert ? "registration:alertsHint" : "registration:consentsHint"),
  };
}

/**
 * What proves which words somebody agreed to: the language, and the SHA-256 (hexadecimal) of the label, a line feed and
 * what it means. The words of each version of the portal are in its sources: one of them gives this hash.
 */
export function consentProof(place: ConsentPlace, language: Language, choice: Choice, organisation: string) {
  const { label, hint } = consentText(tFor(language), place, choice, organisation);
  return { language, words: createHash("sha256").update(`${label}\n${hint}`).digest("hex") };
}
