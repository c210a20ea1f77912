import { bufferToFormData } from "hono/utils/buffer";
import type { DraftFields } from "../domain/drafts.ts";
import type { Ctx } from "./env.ts";
import type { Typed } from "./forms.ts";

/**
 * What was typed on this page before the session ended, for `typed` of its form: of the fields named, those that were
 * kept. The page then says so by itself. Not for a box that confirms something grave: it is ticked anew.
 */
export function draftOf<Field extends string>(c: Ctx, names: readonly Field[]): Typed<Field> {
  const kept = (c.get("draft")?.() ?? []).filter(([name]) => (names as readonly string[]).includes(name));
  if (kept.length > 0) c.set("showsDraft", true);
  return Object.fromEntries(kept) as Typed<Field>;
}

/** The texts of a posted form, without its files; none when it is malformed. */
export async function fieldsOf(c: Ctx): Promise<DraftFields> {
  try {
    const form = await bufferToFormData(await c.req.arrayBuffer(), c.req.header("content-type") ?? "");
    return [...form].filter((entry): entry is [string, string] => typeof entry[1] === "string");
  } catch {
    return [];
  }
}
