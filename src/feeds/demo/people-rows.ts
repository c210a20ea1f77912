import type { Day } from "../../lib/dates.ts";
import { isProvisional, nirKey } from "../../lib/nir.ts";
import type { FeedRow } from "./columns.ts";
import type { DemoData, DemoPerson } from "./demo-data.ts";
import { makeFrenchIban } from "./identifiers.ts";
import { relativeDay } from "./relative-day.ts";

/** The civil status of each person, as the feed carries it. */
export function peopleRows({ people, contracts }: DemoData, today: Day): FeedRow<"personnes">[] {
  const subscribers = new Set(contracts.flatMap(({ members }) => members.map(({ id }) => id)));
  return people.map((person) => {
    const birth = relativeDay(person.birth, today);
    const number = person.nir?.replace("AAMM", birth.slice(2, 4) + birth.slice(5, 7));
    const key = number && nirKey(number);
    const [line1, line2, line3, line4, line5, line6] = person.address.map((text) => text || undefined);
    return {
      personne_id: person.id,
      num_adherent: person.number,
      num_affilie: person.affiliate,
      nir13: number,
      nir_cle: key,
      nir_provisoire: number !== undefined && key !== undefined && isProvisional({ number, key }),
      civilite: person.title,
      nom_naissance: person.birthName,
      nom_usage: person.usualName,
      prenoms: person.firstNames,
      date_naissance: birth,
      rang_naissance: person.rank,
      email: person.email,
      telephone: person.phone,
      adr_l1: line1,
      adr_l2: line2,
      adr_l3: line3,
      adr_l4: line4,
      adr_l5: line5,
      adr_l6: line6,
      pays: person.country,
      est_affilie: person.amo !== undefined,
      est_adherent: subscribers.has(person.id),
      date_inscription: optionalDay(person.joined, today),
      decede: person.deceased,
    };
  });
}

/** Rights at the Assurance Maladie. */
export function rightsRows({ people }: DemoData, today: Day): FeedRow<"amo">[] {
  return people.flatMap(({ id, amo }) => {
    if (!amo) return [];
    return {
      personne_id: id,
      regime: amo.scheme,
      caisse: amo.fund,
      centre: amo.centre,
      caisse_libelle: amo.fundName,
      ouvrant_droit_id: amo.holder ?? id,
      qualite: amo.quality,
      rang: amo.rank,
      droits_debut: relativeDay(amo.from, today),
      droits_fin: relativeDay(amo.to, today),
      mt_renseigne: amo.doctor,
      exo_code: amo.exemption?.code,
      exo_debut: optionalDay(amo.exemption?.from, today),
      exo_fin: optionalDay(amo.exemption?.to, today),
    };
  });
}

/** Bank accounts, one row for each use. */
export function bankRows({ people }: DemoData, today: Day): FeedRow<"coordonnees_bancaires">[] {
  return people.flatMap((person) =>
    person.bank.flatMap(({ usages, iban, bic, holder }) =>
      usages.map((usage) => ({
        personne_id: person.id,
        usage,
        iban: iban === "FR" ? ownIban(person) : iban,
        bic,
        titulaire: holder ?? `${person.firstNames} ${person.usualName ?? person.birthName}`,
        rum: usage === "cotisations" ? `RUM${person.id}0001` : undefined,
        depuis: relativeDay("month-30m", today),
      })),
    ),
  );
}

/** Cartes Vitale, the old ones included. */
export function cardRows({ people }: DemoData, today: Day): FeedRow<"vitale">[] {
  return people.flatMap(({ id, cards }) =>
    cards.map((card) => ({
      personne_id: id,
      num_carte: card.number,
      statut: card.status,
      motif: card.reason,
      statut_le: relativeDay(card.on, today),
      date_emission: optionalDay(card.issued, today),
      date_expedition: optionalDay(card.sent, today),
    })),
  );
}

/** Requests of a European card. */
export function ehicRows({ people }: DemoData, today: Day): FeedRow<"ceam">[] {
  return people.flatMap(({ id, ehic }) =>
    ehic.map((request) => ({
      demande_id: request.id,
      personne_id: id,
      statut: request.status,
      num_carte: request.card,
      expire_le: optionalDay(request.expires, today),
      motif: request.reason,
    })),
  );
}

function ownIban({ id }: DemoPerson): string {
  return makeFrenchIban(20_041, 1_005, 50_000_000 + 7_919 * Number(id.slice(1)));
}

function optionalDay(text: string | undefined, today: Day): Day | undefined {
  return text === undefined ? undefined : relativeDay(text, today);
}
