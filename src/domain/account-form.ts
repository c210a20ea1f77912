import * as z from "zod";
import { isSameMailbox, parseEmail } from "../lib/email.ts";
import { parseMobile } from "../lib/phone.ts";
import type { ErrorKey } from "../platform/i18n.ts";
import { message, newPasswordField } from "./form-fields.ts";
import type { Guardian } from "./guardians.ts";
import { type Choices, choices } from "./preferences.ts";

/** A box to tick, off unless it is sent. */
const tick = z.literal("on", message("notAChoice")).optional();
const optional = (longest: number) => z.string().trim().max(longest, message("tooLong")).optional();

/** The fields that every way to open an account has: password, charter, what to receive, and a minor's representative. */
export const openingFields = {
  password: newPasswordField,
  charter: z.literal("on", message("charter")),
  newsletterSmeno: tick,
  newsletterMutuelle: tick,
  offers: tick,
  partnerOffers: tick,
  alertEmail: tick,
  alertSms: tick,
  mobile: optional(40),
  guardianName: optional(80),
  guardianEmail: optional(254),
};

export type OpeningField = keyof typeof openingFields;
/** What was typed in them, as far as it is text. */
export type TypedOpening = { [F in OpeningField]?: string | undefined };
export type OpeningFaults = { [F in OpeningField]?: ErrorKey };

/** What was chosen for an account that is being opened. */
export type Opening = { choices: Choices; mobile: string | undefined; guardian: Guardian | undefined };

/**
 * What is wrong with fields that depend on each other.
 * @param owner whether it is a minor (undefined while the birth date is not known), and the e-mail that the legal
 *   representative's must not be.
 */
export function openingFaults(
  typed: TypedOpening,
  owner: { isMinor: boolean | undefined; email: string | undefined },
): OpeningFaults {
  return { ...mobileFault(typed), ...(owner.isMinor && guardianFaults(typed, owner.email)) };
}

/** The values of fields without faults. Of an adult, no representative is kept. */
export function readOpening(typed: TypedOpening, isMinor: boolean): Opening {
  const [name, email] = [tidyName(typed.guardianName), parseEmail(typed.guardianEmail ?? "")];
  return {
    choices: Object.fromEntries(choices.map((choice) => [choice, typed[choice] === "on"])) as Choices,
    mobile: parseMobile(typed.mobile ?? ""),
    guardian: isMinor && name && email ? { name, email } : undefined,
  };
}

function mobileFault({ mobile = "", alertSms }: TypedOpening): OpeningFaults {
  if (mobile.trim() === "") return alertSms === "on" ? { mobile: "mobileForAlerts" } : {};
  return parseMobile(mobile) === undefined ? { mobile: "mobile" } : {};
}

/** Letters, with what stands between them in names: it is shown to the person named, and must be able to say nothing else. */
const personName = /^\p{L}[\p{L}\p{M}]*(?:(?:\. |[ '’-])\p{L}[\p{L}\p{M}]*)*$/u;

function tidyName(text = ""): string {
  return text.normalize("NFC").trim().replace(/\s+/g, " ");
}

/** What is wrong with the legal representative named; `own` is the minor's e-mail, which theirs must not be. */
export function guardianFaults(
  { guardianName, guardianEmail = "" }: TypedOpening,
  own: string | undefined,
): Pick<OpeningFaults, "guardianName" | "guardianEmail"> {
  const faults: Pick<OpeningFaults, "guardianName" | "guardianEmail"> = {};
  const name = tidyName(guardianName);
  if (name === "") faults.guardianName = "guardianMissing";
  else if (!personName.test(name)) faults.guardianName = "personName";
  const email = parseEmail(guardianEmail);
  if (guardianEmail.trim() === "") faults.guardianEmail = "guardianMissing";
  else if (email === undefined) faults.guardianEmail = "email";
  else if (own !== undefined && isSameMailbox(email, own)) faults.guardianEmail = "guardianSame";
  return faults;
}
