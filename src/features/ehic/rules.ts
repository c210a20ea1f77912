import type { Trip } from "../../domain/card-requests.ts";
import { type BoxFaults, readDayBoxes, type TypedBoxes } from "../../domain/day-boxes.ts";
import { destinationCode, destinationFault } from "../../domain/ehic-destinations.ts";
import type { LiveCard } from "../../domain/ehic-gate.ts";
import type { EhicPerson } from "../../domain/ehic-people.ts";
import { cutAtWord, toCardLetters } from "../../lib/card-letters.ts";
import { addDays, addMonths, type Day, shortDay } from "../../lib/dates.ts";
import type { ErrorKey } from "../../platform/i18n.ts";

/** A card lasts no longer: a stay beyond it is another card's. */
const longestMonths = 24;

export type TypedTrip = TypedBoxes<"departure"> & TypedBoxes<"return"> & { country?: string | undefined };
type Stay = Omit<Trip, "lost">;
export type TripFaults = BoxFaults<"departure"> & BoxFaults<"return"> & { country?: ErrorKey };

/** The stay that was typed, or what is wrong with each field of it. */
export function readTrip(typed: TypedTrip, today: Day): { trip: Stay | undefined; faults: TripFaults } {
  const country = destinationCode(typed.country ?? "");
  const [departure, back] = [readDayBoxes("departure", typed), readDayBoxes("return", typed)];
  const [departsOn, returnsOn] = [departure.day, back.day];
  const countryFault: ErrorKey | undefined = country === "" ? "required" : destinationFault(country);
  const departureFault: ErrorKey | undefined = departsOn === undefined ? undefined : departureFaultOf(departsOn, today);
  const returnFault: ErrorKey | undefined =
    departsOn === undefined || returnsOn === undefined ? undefined : returnFaultOf(returnsOn, departsOn);
  const faults: TripFaults = {
    ...(countryFault && { country: countryFault }),
    ...departure.faults,
    ...(departureFault && { departureDay: departureFault }),
    ...back.faults,
    ...(returnFault && { returnDay: returnFault }),
  };
  if (departsOn === undefined || returnsOn === undefined || Object.keys(faults).length > 0) {
    return { trip: undefined, faults };
  }
  return { trip: { country, departsOn, returnsOn }, faults };
}

function departureFaultOf(departsOn: Day, today: Day): ErrorKey | undefined {
  if (departsOn < today) return "departurePast";
  return departsOn > addMonths(today, longestMonths) ? "departureFar" : undefined;
}

function returnFaultOf(returnsOn: Day, departsOn: Day): ErrorKey | undefined {
  if (returnsOn < departsOn) return "returnBefore";
  return returnsOn > addMonths(departsOn, longestMonths) ? "returnFar" : undefined;
}

/** Whether a card asked for on a day may come too late. */
export function isTooNear(departsOn: Day, askedOn: Day, delayDays: number): boolean {
  return departsOn < addDays(askedOn, delayDays);
}

const certificateMonths = 3;

/** Three months from the day of issue, and never past the end of the rights. */
export function certificateEnd(today: Day, rightsTo: Day): Day {
  const end = addDays(addMonths(today, certificateMonths), -1);
  return rightsTo < end ? rightsTo : end;
}

/** What stands in the boxes of the certificate, by their numbers in Decision S2; 8 and 9 are empty without a card. */
export type CertificateBoxes = {
  lastName: string;
  firstNames: string;
  birth: string;
  number: string;
  institution: string;
  card: string;
  expires: string;
  from: string;
  to: string;
  issued: string;
};

/** As many letters as the European card has room for. */
const longest = { lastName: 40, firstNames: 35 };

/** @param person of whom the gate has found nothing missing. */
export function certificateBoxes(
  person: EhicPerson,
  { today, validTo, card, institution }: { today: Day; validTo: Day; card: LiveCard | undefined; institution: string },
): CertificateBoxes {
  const { nir } = person;
  if (nir === undefined) throw new Error("no certificate without a number");
  // The end of the card may not come before that of the certificate: such a card is left out.
  const shown = card?.cardNumber && card.expiresOn && card.expiresOn >= validTo ? card : undefined;
  return {
    lastName: cutAtWord(toCardLetters(person.lastName) ?? "", longest.lastName),
    firstNames: cutAtWord(toCardLetters(person.firstNames) ?? "", longest.firstNames),
    birth: shortDay(person.birthDate),
    number: nir.number + nir.key,
    institution,
    card: shown?.cardNumber ?? "",
    expires: shown?.expiresOn ? shortDay(shown.expiresOn) : "",
    from: shortDay(today),
    to: shortDay(validTo),
    issued: shortDay(today),
  };
}
