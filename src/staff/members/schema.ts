import * as z from "zod";
import { openingReasons } from "../../domain/file-openings.ts";
import { longestSearch } from "../../domain/member-search.ts";
import { key } from "../../web/forms.ts";
import { parts } from "./parts.ts";

export const searchSchema = z.object({
  q: z.string().trim().min(1, key("required")).max(longestSearch, key("tooLong")),
});

/** Characters. */
export const longestNote = 500;

const partNames = parts.map(({ name }) => name);

export const openSchema = z
  .object({
    reason: z.enum(openingReasons, key("notAChoice")),
    note: z.string().trim().max(longestNote, key("tooLong")).default(""),
    /** The part of the file that was asked for. */
    part: z.enum(partNames).optional().catch(undefined),
  })
  .refine(({ reason, note }) => reason !== "other" || note !== "", { path: ["note"], message: key("required") });

export type OpenField = "reason" | "note" | "part";

export const actSchema = z.object({
  reason: z.string().trim().min(1, key("required")).max(longestNote, key("tooLong")),
  confirm: z.literal("on", key("confirmAct")),
});

export type ActField = "reason" | "confirm";
