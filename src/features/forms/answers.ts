import { addressText } from "../../domain/postal-address.ts";
import { type Bearer, cardInUse, hasNumber } from "../../domain/vitale-cards.ts";
import { type Day, shortDay } from "../../lib/dates.ts";
import { formatNir, parseNir } from "../../lib/nir.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Care, FormQueries, Known } from "./queries.ts";
import type { FormName, TextId } from "./questions.ts";

/** What is printed in the boxes of a form: what is not here is left to fill in. */
export type Answers = { [Id in TextId]?: string };

/** A form filled in for somebody. */
export type Filled = { answers: Answers; fund: string | undefined; hasContract: boolean; care: Care[] };

type Asked = {
  form: FormName;
  /** Who is signed in, and whom the form is about: themselves, or a child below 16. */
  memberId: string;
  bearer: Bearer;
  accidentOn: Day | undefined;
  today: Day;
};

/** What the portal knows of the questions of a form; never the doctor's part, nor what happened. */
export function fillIn(
  { seal }: Pick<Deps, "seal">,
  queries: FormQueries,
  { form, memberId, bearer, accidentOn, today }: Asked,
): Filled | undefined {
  const person = queries.known(bearer.memberId);
  const self = queries.known(memberId);
  if (!person || !self) return undefined;
  const nirOf = ({ nirSealed }: Known) => {
    const nir = nirSealed ? parseNir(seal.open("members.nir", nirSealed)) : undefined;
    return nir && formatNir(nir);
  };
  const contract = queries.contract(memberId, bearer.memberId, today);
  const card = cardInUse(bearer.cards);
  const isInsuredByMember = bearer.memberId !== memberId;
  const identity = {
    birthName: person.birthName,
    usualName: person.usualName,
    firstNames: person.firstNames,
    birthDate: shortDay(person.birthDate),
    nir: nirOf(person),
    address: addressText(person),
  };
  const insured = {
    insuredName: person.holder,
    // Of a parent who insures them, a child who is signed in has no more than the name.
    insuredNir: isInsuredByMember ? nirOf(self) : undefined,
    fundName: person.fundName,
    fundCode: person.fundCode,
  };
  const known: Record<FormName, { [Id in TextId]?: string | null | undefined }> = {
    vitale: { ...identity, ...insured, cardNumber: card && hasNumber(card) ? card.cardNumber : undefined },
    doctor: { ...identity, ...insured },
    accident: {
      ...identity,
      memberNumber: self.memberNumber ?? self.affiliateNumber,
      contract,
      fundName: person.fundName,
      phone: self.phone,
      email: self.email,
      accidentDate: accidentOn && shortDay(accidentOn),
    },
  };
  const answers = Object.entries(known[form]).filter((entry): entry is [string, string] => Boolean(entry[1]));
  return {
    answers: Object.fromEntries(answers),
    fund: person.fundName ?? undefined,
    hasContract: contract !== undefined,
    care: form === "accident" && accidentOn ? queries.careSince(memberId, bearer.memberId, accidentOn) : [],
  };
}
