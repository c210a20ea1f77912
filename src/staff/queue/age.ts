import type { T } from "../../platform/i18n.ts";

const minute = 60;
const hour = 60 * minute;
const day = 24 * hour;

/** How long something has waited, in words, by its largest unit alone: `3 jours`, `1 heure`. */
export function ageText(t: T, seconds: number): string {
  if (seconds >= 2 * day) return t("staff-queues:age.days", { count: Math.floor(seconds / day) });
  if (seconds >= hour) return t("staff-queues:age.hours", { count: Math.floor(seconds / hour) });
  if (seconds < minute) return t("staff-queues:age.less");
  return t("staff-queues:age.minutes", { count: Math.floor(seconds / minute) });
}
