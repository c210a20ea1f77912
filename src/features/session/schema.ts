import * as z from "zod";
import { key } from "../../web/forms.ts";

/** The fields of the form itself come beside, each as `field.` and its name. */
export const draftSchema = z.object({
  /** The page on which the form stands: its path. */
  path: z.string().max(200, key("tooLong")),
  /** Whose page it is, as `/session` told the page when it came. */
  owner: z.string().max(64, key("tooLong")),
});
