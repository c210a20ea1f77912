import { addDays, addMonths, type Day } from "../../lib/dates.ts";
import { builtInOrganisation } from "../../platform/organisation.ts";
import type { FeedRow } from "./columns.ts";
import type { DemoContract, DemoData, DemoProduct } from "./demo-data.ts";
import { relativeDay } from "./relative-day.ts";

const monthsOf = { mensuelle: 1, trimestrielle: 3, annuelle: 12 };

export function contractRows(data: DemoData, today: Day): FeedRow<"contrats">[] {
  return data.contracts.map((contract) => {
    const product = productOf(data, contract);
    return {
      contrat_id: contract.id,
      adherent_id: contract.members[0]!.id,
      produit_code: product.code,
      produit_libelle: product.label,
      responsable: true,
      debut: relativeDay(contract.from, today),
      fin: contract.to && relativeDay(contract.to, today),
      statut: contract.status,
      num_amc: builtInOrganisation.amcNumber,
      periodicite: contract.periodicity,
    };
  });
}

/** Who each contract covers; a child from its birth. */
export function coveredRows({ contracts, people }: DemoData, today: Day): FeedRow<"beneficiaires">[] {
  return contracts.flatMap((contract) =>
    contract.members.map((member) => {
      const born = relativeDay(people.find(({ id }) => id === member.id)!.birth, today);
      const start = relativeDay(contract.from, today);
      return {
        contrat_id: contract.id,
        personne_id: member.id,
        lien: member.link,
        debut: [born, start].sort().at(-1)!,
        fin: contract.to && relativeDay(contract.to, today),
        noemie_statut: member.noemie,
        noemie_code: member.code,
        noemie_le: member.on && relativeDay(member.on, today),
      };
    }),
  );
}

export function guaranteeRows(data: DemoData): FeedRow<"garanties">[] {
  return data.contracts.flatMap((contract) =>
    productOf(data, contract).guarantees.map((guarantee, index) => ({
      contrat_id: contract.id,
      poste: guarantee.item,
      libelle: guarantee.label,
      niveau_pct_br: guarantee.level,
      forfait_cents: guarantee.allowanceCents,
      periode_forfait: guarantee.period,
      tiers_payant: guarantee.thirdParty,
      ordre: index + 1,
    })),
  );
}

/**
 * The instalments of each contract, from 14 months before today to 3 months after.
 * @param ibanEnds last four characters of an account, by `person/usage`.
 */
export function instalmentRows(
  data: DemoData,
  today: Day,
  ibanEnds: ReadonlyMap<string, string>,
): FeedRow<"echeances">[] {
  return data.contracts.flatMap((contract) => {
    const due = dueDays(contract, today);
    const months = monthsOf[contract.periodicity];
    const passed = due.filter((day) => day <= today).length;
    return due.map((day, index) => {
      const status = instalmentStatus(contract, day, passed - index, today);
      const isPaid = status === "preleve" || status === "paye" || status === "regularise";
      return {
        echeance_id: `${contract.id}-${day.slice(0, 4)}${day.slice(5, 7)}`,
        contrat_id: contract.id,
        date_echeance: day,
        montant_cents: productOf(data, contract).monthlyCents * months * contract.members.length,
        mode: contract.mode,
        statut: status,
        paye_le: isPaid ? lastDay(addDays(day, status === "regularise" ? 20 : 1), today) : undefined,
        motif_rejet: status === "rejete" || status === "regularise" ? "Provision insuffisante" : undefined,
        iban_fin4: contract.mode === "prelevement" ? ibanEnds.get(`${contract.members[0]!.id}/cotisations`) : undefined,
      };
    });
  });
}

/** @param age how many instalments were due from this one to today, itself included; 0 or less lie ahead. */
function instalmentStatus(contract: DemoContract, day: Day, age: number, today: Day) {
  const isAfterEnd = contract.to !== undefined && day > relativeDay(contract.to, today);
  if (isAfterEnd) return "annule";
  if (age <= 0) return "a_venir";
  if (contract.unpaid && age <= 2) return "rejete";
  if (contract.unpaid && age === 4) return "regularise";
  return contract.mode === "prelevement" ? "preleve" : "paye";
}

function dueDays(contract: DemoContract, today: Day): Day[] {
  const days: Day[] = [];
  const start = `${relativeDay(contract.from, today).slice(0, 8)}05`;
  const months = monthsOf[contract.periodicity];
  for (let count = 0; ; count += months) {
    const day = addMonths(start, count);
    if (day > addMonths(today, 3)) return days;
    if (day >= addMonths(today, -14)) days.push(day);
  }
}

function lastDay(day: Day, today: Day): Day {
  return day < today ? day : today;
}

function productOf({ products }: DemoData, { product }: DemoContract): DemoProduct {
  return products.find(({ code }) => code === product)!;
}
