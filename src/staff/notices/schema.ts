import * as z from "zod";
import { dayBox } from "../../domain/day-boxes.ts";
import { noticeKinds } from "../../domain/notices.ts";
import { key } from "../../web/forms.ts";

const line = z
  .string()
  .transform((text) => text.replace(/[\p{Cc}\s]+/gu, " ").trim())
  .pipe(z.string().min(1, key("required")).max(120, key("tooLong")));

const paragraphs = (most: number) =>
  z
    .string()
    .transform((text) =>
      text
        .replace(/\r\n?/g, "\n")
        .replace(/[^\P{Cc}\n]/gu, " ")
        .trim(),
    )
    .pipe(z.string().min(1, key("required")).max(most, key("tooLong")));

const time = z.string().trim().max(20, key("tooLong")).default("");
const confirmed = z.literal("on", key("confirmAct"));

export const noticeSchema = z.object({
  kind: z.enum(noticeKinds, key("notAChoice")),
  startsDay: dayBox,
  startsMonth: dayBox,
  startsYear: dayBox,
  startsTime: time,
  endsDay: dayBox,
  endsMonth: dayBox,
  endsYear: dayBox,
  endsTime: time,
  subjectFr: line,
  textFr: paragraphs(4_000),
  subjectEn: line,
  textEn: paragraphs(4_000),
  confirm: confirmed,
});

export const charterSchema = z.object({
  number: z
    .string()
    .trim()
    .regex(/^[1-9]\d{0,5}$/, key("versionTooLow")),
  effectiveDay: dayBox,
  effectiveMonth: dayBox,
  effectiveYear: dayBox,
  text: paragraphs(50_000).transform((text) => `${text}\n`),
  charterConfirm: confirmed,
});

const done = ["notice", "charter", "continued"] as const;
export type NoticesNews = (typeof done)[number];
export const noticesQuerySchema = z.object({ done: z.enum(done, key("notAChoice")).optional() });
