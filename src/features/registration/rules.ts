import { type OpeningFaults, openingFaults, type TypedOpening } from "../../domain/account-form.ts";
import { passwordFaultFor } from "../../domain/credentials.ts";
import { isMinor } from "../../domain/guardians.ts";
import { type Day, parisDay, yearsBefore } from "../../lib/dates.ts";
import { compactIdentifier, parseNir } from "../../lib/nir.ts";
import { type DayFault, type DayPart, parseTypedDay } from "../../lib/typed-day.ts";
import type { Deps } from "../../platform/deps.ts";
import type { ErrorKey } from "../../platform/i18n.ts";

/** A member or affiliate number, or a social security number whose key is right. */
export function isIdentifier(text: string): boolean {
  const compact = compactIdentifier(text);
  return /^[0-9A-Z]{6,12}$/.test(compact) || parseNir(compact) !== undefined;
}

const oldest = 130;

const dayFaults: Record<DayPart, Record<DayFault, ErrorKey>> = {
  day: { missing: "required", wrong: "notADay" },
  month: { missing: "required", wrong: "notAMonth" },
  year: { missing: "required", wrong: "notAYear" },
};

type BirthFields = "birthDay" | "birthMonth" | "birthYear";
type BirthFaults = { [F in BirthFields]?: ErrorKey };
export type TypedRegistration = TypedOpening & { [F in BirthFields | "identifier" | "email"]?: string | undefined };

/** The birth date of three boxes, or what is wrong with them: it lies in the past, and not beyond a life. */
export function readBirthDate(
  { clock }: Pick<Deps, "clock">,
  { birthDay: day = "", birthMonth: month = "", birthYear: year = "" }: TypedRegistration,
): { day: Day | undefined; faults: BirthFaults } {
  const read = parseTypedDay({ day, month, year });
  if (!read.ok) {
    const { faults } = read;
    return {
      day: undefined,
      faults: {
        ...(faults.day && { birthDay: dayFaults.day[faults.day] }),
        ...(faults.month && { birthMonth: dayFaults.month[faults.month] }),
        ...(faults.year && { birthYear: dayFaults.year[faults.year] }),
      },
    };
  }
  const today = parisDay(clock());
  const isLived = read.value <= today && read.value > yearsBefore(today, oldest);
  return isLived ? { day: read.value, faults: {} } : { day: undefined, faults: { birthYear: "notABirthDate" } };
}

/** What the fields say together, whoever it is that they name: nothing of the base is looked at. */
export function registrationFaults(
  deps: Pick<Deps, "clock" | "config">,
  typed: TypedRegistration,
): OpeningFaults & BirthFaults {
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
