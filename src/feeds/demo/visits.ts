import { addDays, ageOn, type Day } from "../../lib/dates.ts";
import { type Act, acts } from "./acts.ts";
import type { DemoData, DemoPerson } from "./demo-data.ts";
import type { Random } from "./random.ts";
import { priceOn } from "./tariffs.ts";

/** One act of a visit. The allowance is the part of the yearly or per-stay allowance that this line may take. */
export type VisitLine = {
  act: Act;
  day: Day;
  until?: Day;
  quantity: number;
  expenseCents: number;
  baseCents: number;
  allowanceShare: number;
};

/** What one professional asks for at once. */
export type Visit = { provider: string; specialty: string; thirdParty: boolean; lines: VisitLine[] };

type Kind = keyof typeof kinds;
type Draw = (day: Day, random: Random) => Omit<Visit, "provider" | "specialty"> & { by: string };

/** How often each kind of visit comes, out of the sum, and how many a year. */
const habits: Record<DemoPerson["care"], { perYear: number; weights: Partial<Record<Kind, number>> }> = {
  none: { perYear: 0, weights: {} },
  light: { perYear: 3, weights: { consultation: 8, teleconsultation: 2, specialist: 2, scaling: 2, laboratory: 1 } },
  ordinary: {
    perYear: 5,
    weights: {
      consultation: 10,
      teleconsultation: 2,
      specialist: 4,
      laboratory: 2,
      scaling: 2,
      cavity: 2,
      crown: 1,
      radiography: 1,
      physiotherapy: 1,
      nursing: 1,
      glasses: 1,
      osteopathy: 1,
      hospital: 1,
      emergency: 1,
    },
  },
  rich: {
    perYear: 6,
    weights: {
      consultation: 9,
      teleconsultation: 2,
      specialist: 3,
      laboratory: 2,
      cavity: 1,
      osteopathy: 1,
      nursing: 1,
    },
  },
  chronic: { perYear: 14, weights: { consultation: 10, laboratory: 2, physiotherapy: 5, specialist: 1, taxi: 1 } },
};

const childWeights: Partial<Record<Kind, number>> = { consultation: 8, emergency: 1, laboratory: 1 };

/**
 * Draws the visits of a person over the three years before today, in the order of time. A consultation is often
 * followed by the pharmacy.
 */
export function drawVisits(person: DemoPerson, birth: Day, today: Day, data: DemoData, random: Random): Visit[] {
  const { perYear, weights } = habits[person.care];
  const usual = new Map(Object.entries(person.providers));
  const providerOf = (kind: string) => {
    const name = usual.get(kind) ?? random.pick(data.providers[kind]!.names);
    usual.set(kind, name);
    return name;
  };
  const visits: Visit[] = [];
  const add = (draw: Draw, day: Day) => {
    const { by, ...visit } = draw(day, random);
    visits.push({ provider: providerOf(by), specialty: data.providers[by]!.specialty, ...visit });
  };
  const count = perYear * 3;
  const step = Math.floor(1_090 / count);
  for (let index = 0; index < count; index++) {
    const day = addDays(today, index * step + random.below(step) - 1_092);
    if (day < birth) continue;
    const kind = weighted(ageOn(birth, day) < 16 ? childWeights : weights, random);
    add(kinds[kind], day);
    if (kind === "consultation" && (person.care === "chronic" || random.chance(60))) {
      add(person.care === "chronic" ? treatment : pharmacy, day);
    }
  }
  return visits;
}

function weighted(weights: Partial<Record<Kind, number>>, random: Random): Kind {
  const entries = Object.entries(weights) as [Kind, number][];
  let rank = random.below(entries.reduce((sum, [, weight]) => sum + weight, 0));
  for (const [kind, weight] of entries) {
    if (rank < weight) return kind;
    rank -= weight;
  }
  throw new Error("the weights of a habit are all zero");
}

const pharmacy: Draw = (day, random) => {
  const medicines = [acts.medicine65, acts.medicine65, acts.medicine30, acts.medicine15];
  const lines = Array.from({ length: random.between(1, 2) }, () => {
    const boxes = random.between(1, 2);
    return line(random.pick(medicines), day, boxes * random.between(196, 1_240), { quantity: boxes });
  });
  return { by: "pharmacy", thirdParty: true, lines };
};

/** What someone on a lasting treatment takes home each time. */
const treatment: Draw = (day, random) => ({
  by: "pharmacy",
  thirdParty: true,
  lines: [line(acts.medicine65, day, 4 * random.between(820, 1_460), { quantity: 4 })],
});

const kinds = {
  consultation: (day) => ({
    by: "generalist",
    thirdParty: false,
    lines: [line(acts.consultation, day, priceOn("generalPractitioner", day))],
  }),
  teleconsultation: (day) => ({
    by: "generalist",
    thirdParty: false,
    lines: [line(acts.teleconsultation, day, 2_500)],
  }),
  specialist: (day, random) => ({
    by: random.pick(["dermatologist", "gynaecologist", "ophthalmologist"]),
    thirdParty: false,
    lines: [line(acts.specialist, day, 500 * random.between(9, 15), { baseCents: 2_300 })],
  }),
  laboratory: (day, random) => ({
    by: "laboratory",
    thirdParty: true,
    lines: [line(acts.analysis, day, 27 * random.between(40, 160)), line(acts.bloodSample, day, 252)],
  }),
  radiography: (day) => ({ by: "radiologist", thirdParty: false, lines: [line(acts.radiography, day, 1_995)] }),
  scaling: (day) => ({ by: "dentist", thirdParty: false, lines: [line(acts.scaling, day, 2_892)] }),
  cavity: (day) => ({ by: "dentist", thirdParty: false, lines: [line(acts.cavity, day, 2_697)] }),
  crown: (day) => ({
    by: "dentist",
    thirdParty: false,
    lines: [line(acts.crown, day, 50_000, { baseCents: 12_000 })],
  }),
  physiotherapy: (day, random) => ({
    by: "physiotherapist",
    thirdParty: false,
    lines: Array.from({ length: random.between(3, 5) }, (_, week) =>
      line(acts.physiotherapy, addDays(day, 7 * week), 1_613),
    ),
  }),
  nursing: (day) => ({ by: "nurse", thirdParty: false, lines: [line(acts.nursing, day, 725)] }),
  glasses: (day, random) => ({
    by: "optician",
    thirdParty: true,
    lines: [
      line(acts.frame, day, 100 * random.between(60, 140), { baseCents: 5, allowanceShare: 0.4 }),
      ...[acts.rightLens, acts.leftLens].map((lens) => line(lens, day, 7_500, { baseCents: 5, allowanceShare: 0.3 })),
    ],
  }),
  osteopathy: (day) => ({
    by: "osteopath",
    thirdParty: false,
    lines: [line(acts.osteopathy, day, 6_000, { baseCents: 0 })],
  }),
  hospital: (day, random) => {
    const nights = random.between(1, 3);
    const stay = { until: addDays(day, nights), baseCents: 0 };
    const price = 100 * random.between(900, 2_400) + 37;
    return {
      by: "hospital",
      thirdParty: true,
      lines: [
        line(acts.stay, day, price, { until: stay.until }),
        line(acts.costlyAct, day, priceOn("costlyAct", day), stay),
        line(acts.hospitalDay, day, nights * priceOn("hospitalDay", day), { ...stay, quantity: nights }),
        line(acts.privateRoom, day, nights * 6_500, { ...stay, quantity: nights, allowanceShare: nights }),
      ],
    };
  },
  emergency: (day) => ({
    by: "hospital",
    thirdParty: true,
    lines: [line(acts.emergencyVisit, day, priceOn("emergencyVisit", day), { baseCents: 0 })],
  }),
  taxi: (day, random) => ({
    by: "taxi",
    thirdParty: true,
    lines: [line(acts.taxi, day, 50 * random.between(60, 180))],
  }),
} satisfies Record<string, Draw>;

function line(act: Act, day: Day, expenseCents: number, more: Partial<VisitLine> = {}): VisitLine {
  return { act, day, quantity: 1, expenseCents, baseCents: expenseCents, allowanceShare: 1, ...more };
}
