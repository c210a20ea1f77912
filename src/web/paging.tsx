import * as z from "zod";
import { key } from "./forms.ts";

/** The address of one page of a list, the latest row first: it holds the rows numbered below `before`. */
export const pageSchema = z.object({
  before: z
    .string()
    .regex(/^\d{1,15}$/, key("notAChoice"))
    .transform(Number)
    .default(Number.MAX_SAFE_INTEGER),
});

/**
 * The rows of one page, and the address of the page after it if there is one.
 * @param found the rows from where the page begins, one more than `shown`.
 * @param addressAfter the address of the page that begins after this row.
 */
export function cutPage<Row>(
  found: Row[],
  shown: number,
  addressAfter: (last: Row) => string,
): { rows: Row[]; older: string | undefined } {
  const rows = found.slice(0, shown);
  return { rows, older: found.length > shown ? addressAfter(rows.at(-1)!) : undefined };
}

/** The way to the page after this one, on every page but the last. */
export function OlderLink({ address, text }: { address: string | undefined; text: string }) {
  if (!address) return null;
  return (
    <p>
      <a href={address}>{text}</a>
    </p>
  );
}
