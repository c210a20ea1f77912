import type { Day } from "../../lib/dates.ts";
import type { Act } from "./acts.ts";
import type { Cover } from "./amounts.ts";
import type { DemoContract, DemoData, DemoProduct } from "./demo-data.ts";
import { relativeDay } from "./relative-day.ts";

type Coverage = { product: DemoProduct; isTransmitted: boolean };

/** The complementary contract that pays for a person's care of a day, if any. */
export function coverageOn({ contracts, products }: DemoData, personId: string, day: Day, today: Day) {
  for (const contract of contracts) {
    const member = contract.members.find(({ id }) => id === personId);
    if (!member || !pays(contract, day, today)) continue;
    const product = products.find(({ code }) => code === contract.product)!;
    return { product, isTransmitted: member.noemie === "active" } satisfies Coverage;
  }
  return undefined;
}

function pays(contract: DemoContract, day: Day, today: Day): boolean {
  const end = contract.paysUntil ?? contract.to;
  return relativeDay(contract.from, today) <= day && (!end || day <= relativeDay(end, today));
}

/** What a product pays for an act; the share is the part of its allowance open to this line. */
export function coverOf(product: DemoProduct, act: Act, allowanceShare: number): Cover {
  const guarantee = product.guarantees.find(({ item }) => item === act.item);
  if (act.fullyCovered) return { kind: "full" };
  if (guarantee?.level) return { kind: "level", rate: guarantee.level };
  if (guarantee?.allowanceCents) {
    return { kind: "allowance", cents: Math.round(guarantee.allowanceCents * allowanceShare) };
  }
  return { kind: "none" };
}
