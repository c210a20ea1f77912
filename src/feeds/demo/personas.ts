import type { Day } from "../../lib/dates.ts";
import { relativeDay } from "./relative-day.ts";

/** The people of the demo with a role in the tours and the tests. Birth dates are read with `birthDateOf`. */
export const demoPersonas = {
  alice: { personId: "P0001", memberNumber: "10000001", birth: "2002-03-14", email: "alice@demo.example" },
  bob: { personId: "P0002", memberNumber: "10000002", birth: "2003-11-02", email: "bob@demo.example" },
  chloe: { personId: "P0003", memberNumber: "10000003", birth: "2004-07-21", email: "chloe@demo.example" },
  david: { personId: "P0004", memberNumber: "10000004", birth: "2005-02-28", email: "david@demo.example" },
  emma: { personId: "P0005", memberNumber: "10000005", birth: "2003-05-17", email: undefined },
  farid: { personId: "P0006", memberNumber: "10000006", birth: "-15y-3m", email: "farid@demo.example" },
} as const;

export type DemoPersona = (typeof demoPersonas)[keyof typeof demoPersonas];

/** The birth date of a persona in a demo made on that day. */
export function birthDateOf(persona: DemoPersona, madeOn: Day): Day {
  return relativeDay(persona.birth, madeOn);
}
