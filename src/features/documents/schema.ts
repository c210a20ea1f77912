import * as z from "zod";
import { key } from "../../web/forms.ts";

const id = z.string().trim().min(1).max(64);
const ids = z.union([id.transform((one) => [one]), z.array(id).max(50)]).optional();

/**
 * What stands in the address of a certificate. `chosen` comes with the form, which then names at least one person.
 * An odd value of `without` is refused: it must not bring back what somebody wanted left out.
 */
export const choiceSchema = z
  .object({
    beneficiaries: ids,
    without: z.enum(["exemptions"], key("notAChoice")).optional(),
    contract: id.optional(),
    chosen: z.string().max(10).optional(),
  })
  .refine(({ beneficiaries, chosen }) => chosen === undefined || beneficiaries !== undefined, {
    path: ["beneficiaries"],
    message: key("notAChoice"),
  });
