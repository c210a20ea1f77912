import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import { tFor } from "../../platform/i18n.ts";
import type { Situation } from "./rules.ts";

const mostKept = 100;

/**
 * Says where the data come from and how fresh they are (`asOf` in seconds). The sentence is the same for everybody
 * until the next feed, and the time in words is dear: it is kept.
 */
export function createSources(organisation: string) {
  const sentences = new Map<string, string>();
  return (language: Language, { amo, amc }: Situation, asOf: number | undefined): string => {
    const key = `${language} ${amo} ${amc} ${asOf}`;
    let sentence = sentences.get(key);
    if (sentence === undefined) {
      const t = tFor(language);
      sentence = t(`reimbursements:sources.${amo && amc ? "both" : amo ? "amo" : "amc"}`, { organisation });
      if (asOf !== undefined)
        sentence += t("reimbursements:sources.asOf", { moment: longMoment(asOf * 1000, language) });
      if (sentences.size >= mostKept) sentences.clear();
      sentences.set(key, sentence);
    }
    return sentence;
  };
}
