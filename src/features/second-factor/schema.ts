import * as z from "zod";
import { key } from "../../web/forms.ts";

export const codeSchema = z.object({
  code: z.string().trim().min(1, key("required")).max(100, key("tooLong")),
});

const next = z.string().max(2_000).optional().catch(undefined);

export const signInCodeSchema = codeSchema.extend({ next });

/** What follows a button: only where to go in the end. */
export const nextSchema = z.object({ next });

/** What the script puts into a form: the answer of the browser, as JSON. What it says is checked by who knows it. */
const answer = z
  .string()
  .max(20_000, key("tooLong"))
  .transform((text, context) => {
    const parsed = parse(text);
    if (typeof parsed === "object" && parsed !== null) return parsed;
    context.addIssue({ code: "custom", message: key("passkeyRefused") });
    return z.NEVER;
  });

export const passkeySchema = z.object({ credential: answer });

export const signInPasskeySchema = passkeySchema.extend({ next });

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
