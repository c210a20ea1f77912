import { readDayBoxes } from "../../domain/day-boxes.ts";
import { foreignLink, type Ours } from "../../domain/foreign-links.ts";
import type { NoticeKind, NoticeText } from "../../domain/notices.ts";
import type { Day } from "../../lib/dates.ts";
import { hideNumbers } from "../../lib/hidden-numbers.ts";
import type { ErrorKey } from "../../platform/i18n.ts";
import { type MomentBox, readMoment } from "../maintenance/rules.ts";

export type NoticeField =
  | "kind"
  | MomentBox<"starts">
  | MomentBox<"ends">
  | "subjectFr"
  | "textFr"
  | "subjectEn"
  | "textEn"
  | "confirm";
type Faults<Field extends string> = Partial<Record<Field, ErrorKey>>;
type Typed<Field extends string> = Partial<Record<Field, string | undefined>>;

/** The moments of a notice, and what is wrong with them. @param now in seconds. */
export function readMoments(typed: Typed<NoticeField>, now: number) {
  const [starts, ends] = [readMoment("starts", typed), readMoment("ends", typed)];
  const missing = (name: "starts" | "ends", moment: number | null | undefined): Faults<NoticeField> =>
    moment === null ? { [`${name}Day`]: "required" } : {};
  const { moment: startsAt } = starts;
  const { moment: endsAt } = ends;
  const isReversed = typeof startsAt === "number" && typeof endsAt === "number" && endsAt <= startsAt;
  const isPast = typeof endsAt === "number" && endsAt <= now;
  const faults: Faults<NoticeField> = {
    ...missing("starts", startsAt),
    ...missing("ends", endsAt),
    ...starts.faults,
    ...ends.faults,
    ...(isReversed ? { endsDay: "periodReversed" as const } : isPast ? { endsDay: "momentPast" as const } : {}),
  };
  return { startsAt: startsAt ?? 0, endsAt: endsAt ?? 0, faults };
}

/** What no mail to everybody may hold: a secret number, or a link to another site. */
export function wordsFaults(typed: Typed<NoticeField>, ours: Ours): Faults<NoticeField> {
  const faults: Faults<NoticeField> = {};
  for (const name of ["subjectFr", "textFr", "subjectEn", "textEn"] as const) {
    const text = typed[name] ?? "";
    if (hideNumbers(text) !== text) faults[name] = "secretNumber";
    else if (foreignLink(text, ours) !== undefined) faults[name] = "foreignLink";
  }
  return faults;
}

type NoticeForm = Record<"subjectFr" | "textFr" | "subjectEn" | "textEn", string> & { kind: NoticeKind };

export function noticeOf(form: NoticeForm, { startsAt, endsAt }: { startsAt: number; endsAt: number }): NoticeText {
  const { kind, subjectFr, textFr, subjectEn, textEn } = form;
  const tidy = (text: string) => text.replace(/[ \t]+$/gm, "").replace(/\n{3,}/g, "\n\n");
  return {
    kind,
    startsAt,
    endsAt,
    subject: { fr: subjectFr, en: subjectEn },
    text: { fr: tidy(textFr), en: tidy(textEn) },
  };
}

export type CharterField = "number" | "effectiveDay" | "effectiveMonth" | "effectiveYear" | "text" | "charterConfirm";

/** The day of a version, and what is wrong with it and with its number. */
export function readCharter(typed: Typed<CharterField>, { last, today }: { last: number; today: Day }) {
  const { day, faults } = readDayBoxes("effective", typed);
  const isPast = day !== undefined && day < today;
  const isLow = typed.number !== undefined && !(Number(typed.number) > last);
  const all: Faults<CharterField> = {
    ...(isLow ? { number: "versionTooLow" } : {}),
    ...faults,
    ...(isPast ? { effectiveDay: "dayPast" } : {}),
  };
  return { day, faults: all };
}
