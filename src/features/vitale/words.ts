import type { T } from "../../platform/i18n.ts";
import type { BlockWords } from "../../web/ui/data-block.tsx";

/** What every part of the page is given. */
export type CardWords = BlockWords & { names: ReturnType<typeof cardNames> };

/** What is said of the feed's codes in one language: made once, since asking for a whole list is dear. */
export function cardNames(t: T): Record<"statuses" | "means" | "next" | "reasons", Record<string, string>> {
  return {
    statuses: t("vitale:statuses", { returnObjects: true }),
    means: t("vitale:means", { returnObjects: true }),
    next: t("vitale:next", { returnObjects: true }),
    reasons: t("vitale:reasons", { returnObjects: true }),
  };
}
