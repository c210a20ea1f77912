import { type OpeningFaults, openingFaults, type TypedOpening } from "../../domain/account-form.ts";
import { passwordFaultFor } from "../../domain/credentials.ts";
import { type BoxFaults, readDayBoxes, type TypedBoxes } from "../../domain/day-boxes.ts";
import { isMinor } from "../../domain/guardians.ts";
import { type Day, parisDay, yearsBefore } from "../../lib/dates.ts";
import { compactIdentifier, parseNir } from "../../lib/nir.ts";
import type { Deps } from "../../platform/deps.ts";

/** A member or affiliate number, or a social security number whose key is right. */
export function isIdentifier(text: string): boolean {
  const compact = compactIdentifier(text);
  return /^[0-9A-Z]{6,12}$/.test(compact) || parseNir(compact) !== undefined;
}

const oldest = 130;

export type TypedRegistration = TypedOpening &
  TypedBoxes<"birth"> & { [F in "identifier" | "email"]?: string | undefined };

/** The birth date of three boxes, or what is wrong with them: it lies in the past, and not beyond a life. */
export function readBirthDate(
  { clock }: Pick<Deps, "clock">,
  typed: TypedRegistration,
): { day: Day | undefined; faults: BoxFaults<"birth"> } {
  const read = readDayBoxes("birth", typed);
  if (read.day === undefined) return read;
  const today = parisDay(clock());
  const isLived = read.day <= today && read.day > yearsBefore(today, oldest);
  return isLived ? read : { day: undefined, faults: { birthYear: "notABirthDate" } };
}

/** What the fields say together, whoever it is that they name: nothing of the base is looked at. */
export function registrationFaults(
  deps: Pick<Deps, "clock" | "config">,
  typed: TypedRegistration,
): OpeningFaults & BoxFaults<"birth"> {
  const birth = readBirthDate(deps, typed);
  const minor = birth.day === undefined ? undefined : isMinor(deps, birth.day);
  const password = typed.password ? passwordFaultFor(deps, chooser(typed, birth.day), typed.password) : undefined;
  return {
    ...birth.faults,
    ...openingFaults(typed, { isMinor: minor, email: typed.email }),
    ...(password && { password }),
  };
}

const noDay = "0000-00-00";

/** What a password must not contain: what the person has typed. */
function chooser({ identifier = "", email = "" }: TypedRegistration, birthDate: Day = noDay) {
  const memberNumber = compactIdentifier(identifier);
  return { firstNames: "", birthName: "", usualName: null, affiliateNumber: null, memberNumber, email, birthDate };
}
