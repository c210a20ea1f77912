import { beforeEach, describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { openBase } from "../platform/base.ts";
import { type Attempt, countAttempt, forgiveAttempts, sweepThrottles } from "./throttle.ts";

let portal: Portal;
let alice: { subject: string; accountId: string };
beforeEach(async () => {
  portal = await startPortal();
  const { id, memberId } = portal.db.$client
    .prepare<[], { id: string; memberId: string }>(
      "SELECT id, member_id AS memberId FROM accounts WHERE email = 'alice@demo.example'",
    )
    .get()!;
  alice = { subject: memberId, accountId: id };
});

const home = "192.0.2.1";
/** Tries from as many addresses as there are tries. */
const stranger = (index: number) => `203.0.113.${index}`;
const attempt = (address = home): Attempt => ({ ...alice, address });
const someone = (index: number, address = home): Attempt => ({ subject: `N${index}`, accountId: undefined, address });

const tries = (count: number, of: (index: number) => Attempt) =>
  Array.from({ length: count }, (_, index) => countAttempt(portal, of(index)));
const zeros = (count: number) => Array<number>(count).fill(0);

/** The wait that a try is answered with, once the one before has passed. */
function nextWait(of: () => Attempt): number {
  const wait = countAttempt(portal, of());
  portal.advance({ seconds: wait });
  return wait;
}

describe("one account from one address", () => {
  test("has five tries, the sixth waits a minute", () => {
    expect(tries(6, () => attempt())).toEqual([...zeros(5), 60]);
  });

  test("may try again when the minute has passed, not a second before", () => {
    tries(5, () => attempt());
    portal.advance({ seconds: 59 });
    expect(countAttempt(portal, attempt())).toBe(1);
    portal.advance({ seconds: 1 });
    expect(countAttempt(portal, attempt())).toBe(0);
  });

  test("waits twice as long after each further failure, up to 15 minutes", () => {
    tries(5, () => attempt());
    const waits: number[] = [];
    for (let failure = 0; failure < 7; failure++) {
      waits.push(nextWait(() => attempt()));
      expect(countAttempt(portal, attempt())).toBe(0);
    }
    expect(waits).toEqual([60, 120, 240, 480, 900, 900, 900]);
  });

  test("does not wait longer for having asked during the wait", () => {
    tries(5, () => attempt());
    expect(tries(50, () => attempt())).toEqual(Array(50).fill(60));
    portal.advance({ seconds: 60 });
    expect(tries(2, () => attempt())).toEqual([0, 120]);
  });

  test("is forgotten 24 hours after the first failure", () => {
    tries(4, () => attempt());
    portal.advance({ hours: 24, seconds: -1 });
    expect(countAttempt(portal, attempt())).toBe(0);
    expect(countAttempt(portal, attempt())).toBe(60);
    portal.advance({ seconds: 60 });
    expect(tries(5, () => attempt())).toEqual(zeros(5));
  });

  test("does not slow down another account from there, nor this account elsewhere", () => {
    tries(6, () => attempt());
    expect(countAttempt(portal, someone(1))).toBe(0);
    expect(countAttempt(portal, attempt("192.0.2.2"))).toBe(0);
  });

  test("is slowed down alike when the number belongs to nobody", () => {
    expect(tries(6, () => someone(1))).toEqual([...zeros(5), 60]);
  });
});

describe("one address, whatever the account", () => {
  test("has thirty tries in a quarter of an hour", () => {
    expect(tries(31, (index) => someone(index))).toEqual([...zeros(30), 60]);
    expect(countAttempt(portal, someone(99, "192.0.2.2"))).toBe(0);
  });

  test("begins anew a quarter of an hour after its first try", () => {
    tries(29, (index) => someone(index));
    portal.advance({ minutes: 15 });
    expect(tries(29, (index) => someone(100 + index))).toEqual(zeros(29));
  });

  test("waits longer each time within the quarter of an hour", () => {
    tries(30, (index) => someone(index));
    const waits = Array.from({ length: 3 }, (_, round) => {
      const wait = nextWait(() => someone(1000 + round));
      expect(countAttempt(portal, someone(2000 + round))).toBe(0);
      return wait;
    });
    expect(waits).toEqual([60, 120, 240]);
  });
});

describe("one account from anywhere", () => {
  test("has twenty-five tries in a day, then waits a quarter of an hour, twice as long, at most an hour", () => {
    expect(tries(26, (index) => attempt(stranger(index)))).toEqual([...zeros(25), 900]);
    portal.advance({ seconds: 900 });
    const waits = Array.from({ length: 3 }, (_, round) => {
      expect(countAttempt(portal, attempt(stranger(100 + round)))).toBe(0);
      return nextWait(() => attempt(stranger(150 + round)));
    });
    expect(waits).toEqual([1800, 3600, 3600]);
  });

  test("begins anew after a day", () => {
    tries(24, (index) => attempt(stranger(index)));
    portal.advance({ hours: 24 });
    expect(tries(24, (index) => attempt(stranger(index)))).toEqual(zeros(24));
  });
});

describe("the owner, at an address the account was signed in from before,", () => {
  beforeEach(() => {
    countAttempt(portal, attempt());
    forgiveAttempts(portal, { ...alice, address: home });
  });

  test("is not locked out by strangers", () => {
    expect(tries(26, (index) => attempt(stranger(index))).at(-1)).toBe(900);
    expect(countAttempt(portal, attempt())).toBe(0);
  });

  test("does not use up the tries of other addresses", () => {
    tries(5, () => attempt());
    expect(tries(25, (index) => attempt(stranger(index)))).toEqual(zeros(25));
  });

  test("is slowed down like anybody after failures of their own", () => {
    expect(tries(6, () => attempt())).toEqual([...zeros(5), 60]);
  });

  test("stays known for 90 days after the last sign-in", () => {
    const lockedByStrangers = () => {
      tries(26, (index) => attempt(stranger(index)));
      return countAttempt(portal, attempt()) > 0;
    };
    portal.advance({ days: 90, seconds: -1 });
    sweepThrottles(portal);
    expect(lockedByStrangers()).toBe(false);
    portal.advance({ seconds: 1 });
    sweepThrottles(portal);
    expect(countAttempt(portal, attempt())).toBe(900 - 1);
  });

  test("makes the address known for this account alone", () => {
    const other = { subject: "M2", accountId: "other" };
    tries(25, (index) => ({ ...other, address: stranger(index) }));
    expect(countAttempt(portal, { ...other, address: home })).toBe(900);
  });
});

test("a right password clears what this address owed for this account", () => {
  tries(4, () => attempt());
  countAttempt(portal, attempt());
  forgiveAttempts(portal, { ...alice, address: home });
  expect(tries(5, () => attempt())).toEqual(zeros(5));
});

test("a right password of one's own does not give back the tries at other accounts", () => {
  for (let round = 0; round < 29; round++) {
    countAttempt(portal, someone(round));
    // Between two guesses, the guesser signs in to an account of their own.
    expect(countAttempt(portal, attempt())).toBe(0);
    forgiveAttempts(portal, { ...alice, address: home });
  }
  expect(countAttempt(portal, someone(100))).toBe(0);
  expect(countAttempt(portal, someone(101))).toBe(60);
});

test("what was counted survives a restart", () => {
  tries(5, () => attempt());
  const { db, seal } = openBase(portal.config);
  expect(countAttempt({ db, seal, clock: portal.clock }, attempt())).toBe(60);
  db.$client.close();
});

test("the base holds neither numbers nor addresses, only their keyed hashes", () => {
  tries(5, () => attempt());
  forgiveAttempts(portal, { ...alice, address: home });
  const bytes = portal.db.$client.serialize();
  expect(bytes.includes(home)).toBe(false);
});

test("the sweep forgets what no longer slows anybody down, and nothing else", () => {
  tries(5, () => attempt());
  tries(1, () => someone(1, "192.0.2.9"));
  const count = () => portal.db.$client.prepare("SELECT count(*) FROM throttles").pluck().get();
  const before = count();
  sweepThrottles(portal);
  expect(count()).toBe(before);
  expect(countAttempt(portal, attempt())).toBe(60);
  portal.advance({ hours: 24 });
  sweepThrottles(portal);
  expect(count()).toBe(0);
});

test("a hundred sign-ins at once weigh a hundred: five passwords are looked at", async () => {
  const guesser = portal.browser(home);
  const pages = await Promise.all(
    Array.from({ length: 100 }, (_, index) => guesser.signIn("10000001", `Wrong-${index}!`)),
  );
  const statuses = pages.map(({ status }) => status);
  expect(statuses.filter((status) => status === 422)).toHaveLength(5);
  expect(statuses.filter((status) => status === 429)).toHaveLength(95);
  expect(pages.find(({ status }) => status === 429)?.headers.get("retry-after")).toBe("60");
});

test("a hundred addresses at once at one account weigh a hundred: twenty-five passwords are looked at", async () => {
  const pages = await Promise.all(
    Array.from({ length: 100 }, (_, index) => portal.browser(stranger(index)).signIn("10000001", "Wrong-1!")),
  );
  expect(pages.filter(({ status }) => status === 422)).toHaveLength(25);
  expect(pages.filter(({ status }) => status === 429)).toHaveLength(75);
});

test("the same number written in several ways is one account: five tries in all", async () => {
  const guesser = portal.browser(home);
  const statuses: number[] = [];
  for (const number of ["10000001", " 1000 0001 ", "1000.0001", "A1000001", "2020359350123", "2 02 03 59 350 123"]) {
    statuses.push((await guesser.signIn(number, "Wrong-1!")).status);
  }
  expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
});
