import * as z from "zod";
import { key } from "../../web/forms.ts";
import { listSchema, seen } from "../queue/schema.ts";

export const invitationListSchema = z.object({
  state: z.enum(["expired", "running"], key("notAChoice")).default("expired"),
  after: listSchema.shape.after,
  done: z.enum(["sent"], key("notAChoice")).optional(),
});
export type InvitationQuery = z.output<typeof invitationListSchema>;

const memberId = z.string().regex(/^[!-~]{1,64}$/, key("notAChoice"));

/** `seen`: when the last invitation left, as the list has shown it. */
export const inviteSchema = z.object({ member: memberId, seen });

/** The moment that names a file. */
const file = z
  .string()
  .regex(/^\d{1,15}$/, key("notAChoice"))
  .transform(Number);

/** Where a page begins: just after a person, and before a file. `made`: the file that was just made. */
export const lettersSchema = z.object({
  after: memberId.optional(),
  files: file.optional(),
  made: file.optional(),
});

/** The file to be given; a new one is made without it. */
export const letterFileSchema = z.object({ file: file.optional() });
