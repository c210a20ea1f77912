import { longMoment } from "../../lib/dates.ts";
import type { Language } from "../../lib/languages.ts";
import type { T } from "../../platform/i18n.ts";

/** Who has acted: an address of the mutual, or a word of the journal. */
export type Actor = { staff: string | null } | { by: "member" | "import" | "system" };

/** Who did what and when, in a sentence; `at` in seconds. */
export function newsText(
  { t, language }: { t: T; language: Language },
  { actor, at, what }: { actor: Actor; at: number; what: string },
): string {
  const who =
    "by" in actor ? t(`staff-queues:conflict.by.${actor.by}`) : (actor.staff ?? t("staff-queues:conflict.by.import"));
  return t("staff-queues:conflict.news", { who, moment: longMoment(at * 1000, language), what });
}
