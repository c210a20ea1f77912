import { describe, expect, test } from "vitest";
import { isNews, type KeptAlert, movesMoney, planAlerts } from "./alert-rules.ts";

const at = (text: string) => Date.parse(text) / 1000;
const midnight = at("2026-11-23T00:00:00+01:00");
const dayBegan = at("2026-11-22T21:00:00+01:00");

const kept = (paymentId: string, more: Partial<KeptAlert> = {}): KeptAlert => ({
  paymentId,
  payer: "AMO",
  amountCents: 1900,
  paidOn: "2026-11-20",
  keptAt: dayBegan + 3600,
  queuedAt: null,
  ...more,
});
const told = (paymentId: string, more: Partial<KeptAlert> = {}) =>
  kept(paymentId, { queuedAt: dayBegan + 3601, ...more });

/** The messages as ids and cents, and what nothing is told of, now or as long as nothing else comes that day. */
const plan = (...alerts: KeptAlert[]) => {
  const { messages, dropped, counted } = planAlerts(alerts, dayBegan);
  const told = messages.map((payments) => payments.map(({ paymentId, amountCents }) => `${paymentId} ${amountCents}`));
  return { messages: told, dropped, counted };
};

test("what moves money is paid to the member, neither rejected nor cancelled, nor nothing", () => {
  const payment = { amountCents: 1, recipient: "assure", status: "emis" } as const;
  expect(movesMoney(payment)).toBe(true);
  expect(movesMoney({ ...payment, amountCents: -1 })).toBe(true);
  expect(movesMoney({ ...payment, amountCents: 0 })).toBe(false);
  for (const recipient of ["professionnel", "tiers"] as const)
    expect(movesMoney({ ...payment, recipient })).toBe(false);
  for (const status of ["rejete", "annule"] as const) expect(movesMoney({ ...payment, status })).toBe(false);
});

describe("news", () => {
  test("is of the last 30 days in Paris, that day included: at −1 s, 0 and +1 s of midnight", () => {
    const days = ["2026-10-22", "2026-10-23", "2026-10-24", "2026-11-23"];
    const news = [-1, 0, 1].map((second) => days.map((day) => isNews(day, midnight + second, 0)));
    expect(news).toEqual([
      [false, true, true, true],
      [false, false, true, true],
      [false, false, true, true],
    ]);
  });

  test("arrives when alerts are on, whatever its day: at −1 s, 0 and +1 s of the switch", () => {
    expect([-1, 0, 1].map((second) => isNews("2026-11-20", dayBegan + second, dayBegan))).toEqual([false, true, true]);
    expect(isNews("2026-11-23", dayBegan, Number.POSITIVE_INFINITY)).toBe(false);
  });
});

describe("three payments of a day", () => {
  test("are told one by one; four of one import in one message", () => {
    expect(plan(kept("A"), kept("B"), kept("C")).messages).toEqual([["A 1900"], ["B 1900"], ["C 1900"]]);
    expect(plan(kept("A"), kept("B"), kept("C"), kept("D")).messages).toEqual([
      ["A 1900", "B 1900", "C 1900", "D 1900"],
    ]);
  });

  test.each([
    [1, 2, [["X0 1900"], ["X1 1900"]]],
    [2, 1, [["X0 1900"]]],
    [1, 3, [["X0 1900", "X1 1900", "X2 1900"]]],
    [2, 2, [["X0 1900", "X1 1900"]]],
    [3, 1, []],
    [5, 2, []],
  ])("when %i were told: %i more", (before, more, messages) => {
    const alerts = [
      ...Array.from({ length: before }, (_, index) => told(`T${index}`)),
      ...Array.from({ length: more }, (_, index) => kept(`X${index}`)),
    ];
    expect(plan(...alerts)).toEqual({ messages, dropped: [], counted: [] });
  });

  test("those that waited are one message the next day, and leave it its own three", () => {
    const late = { keptAt: dayBegan - 1 };
    expect(plan(kept("A", late), kept("B", late), kept("C"), kept("D"), kept("E")).messages).toEqual([
      ["A 1900", "B 1900"],
      ["C 1900"],
      ["D 1900"],
      ["E 1900"],
    ]);
  });

  test("what was told of the day before counts no more: at −1 s, 0 and +1 s of the evening", () => {
    const messages = [-1, 0, 1].map((second) => {
      const earlier = ["A", "B", "C"].map((id) => told(id, { keptAt: dayBegan + second }));
      return plan(...earlier, kept("D")).messages.length;
    });
    expect(messages).toEqual([1, 0, 0]);
  });
});

describe("a correction", () => {
  const back = (id: string, cents: number, more: Partial<KeptAlert> = {}) => kept(id, { amountCents: -cents, ...more });

  test("that pays more is told by the difference; one that pays as much, or less, is not told", () => {
    expect(plan(back("A", 1900), kept("B", { amountCents: 2500 }))).toEqual({
      messages: [["B 600"]],
      dropped: [],
      counted: ["A"],
    });
    expect(plan(back("A", 1900), kept("B", { amountCents: 1901 })).messages).toEqual([["B 1"]]);
    for (const amountCents of [1900, 1899]) {
      expect(plan(back("A", 1900), kept("B", { amountCents }))).toEqual({
        messages: [],
        dropped: [],
        counted: ["A", "B"],
      });
    }
  });

  test("takes nothing from what the other payer pays", () => {
    expect(plan(back("A", 1900), kept("B", { payer: "AMC" })).messages).toEqual([["B 1900"]]);
  });

  test("takes once what it takes back, from the oldest first, whatever their order", () => {
    const [old, recent] = [kept("C", { paidOn: "2026-11-01" }), kept("B")];
    expect(plan(recent, back("A", 2000), old).messages).toEqual([["B 1800"]]);
    expect(planAlerts([recent, back("A", 2000), old], dayBegan).messages[0]![0]!.isNet).toBe(true);
    expect(planAlerts([recent], dayBegan).messages[0]![0]!.isNet).toBe(false);
  });

  test("counts as one of the day only when it is told, and waits with what waits", () => {
    expect(plan(kept("A"), kept("B"), kept("C"), kept("D"), back("E", 1900)).messages).toHaveLength(3);
    const full = ["T1", "T2", "T3"].map((id) => told(id));
    expect(plan(...full, kept("A", { amountCents: 2500 }), back("B", 1900))).toEqual({
      messages: [],
      dropped: [],
      counted: [],
    });
  });

  test("comes off what is paid again later that day, once, and off nothing the next day", () => {
    const early = { queuedAt: dayBegan + 3601 };
    expect(plan(back("A", 1900))).toEqual({ messages: [], dropped: [], counted: ["A"] });
    expect(plan(back("A", 1900, early), kept("B", { amountCents: 1550 }))).toMatchObject({
      messages: [],
      counted: ["B"],
    });
    expect(plan(back("A", 1900, early), kept("B", { amountCents: 2000 })).messages).toEqual([["B 100"]]);
    // 350 of the 1900 are left after B.
    const both = [back("A", 1900, early), kept("B", { amountCents: 1550, queuedAt: dayBegan + 7200 })];
    expect(plan(...both, kept("C", { amountCents: 1000 })).messages).toEqual([["C 650"]]);
    const yesterday = { keptAt: dayBegan - 1, queuedAt: dayBegan - 1 };
    expect(plan(back("A", 1900, yesterday), kept("B", { amountCents: 1550 })).messages).toEqual([["B 1550"]]);
    expect(plan(back("A", 1900, { keptAt: dayBegan - 1 }))).toEqual({ messages: [], dropped: ["A"], counted: [] });
  });

  test("that is not told is none of the three of its day", () => {
    const silent = ["A", "B", "C"].map((id) => back(id, 100, { queuedAt: dayBegan + 3601 }));
    expect(plan(...silent, kept("D", { payer: "AMC" })).messages).toEqual([["D 1900"]]);
    // One that was rejected since was told.
    const told3 = ["A", "B", "C"].map((id) => told(id, { amountCents: 0 }));
    expect(plan(...told3, kept("D")).messages).toEqual([]);
  });
});
