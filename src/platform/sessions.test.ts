import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { openDatabase, write } from "./database.ts";
import { absoluteSeconds, endSessions, idleSeconds } from "./sessions.ts";
import { hashToken } from "./tokens.ts";

let portal: Portal;
let account: { id: string; memberId: string };
beforeEach(async () => {
  portal = await startPortal();
  account = accountOf("alice@demo.example");
});

function accountOf(email: string) {
  return portal.db.$client
    .prepare<[string], { id: string; memberId: string }>(
      "SELECT id, member_id AS memberId FROM accounts WHERE email = ?",
    )
    .get(email)!;
}

const beginning = { label: "firefox/linux", network: "127.0.0.x", withPassword: true };
const rows = () => portal.db.$client.prepare<[], { id: string }>("SELECT * FROM sessions").all();

test("a session is that of its member", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  expect(portal.sessions.read(cookie)).toMatchObject({
    accountId: account.id,
    memberId: account.memberId,
    language: "fr",
    firstNames: expect.stringContaining("Alice"),
    isAffiliate: 1,
    isSubscriber: 1,
  });
});

test("the limits are those of the charter: 10 minutes without use, 12 hours at most", () => {
  expect([idleSeconds, absoluteSeconds]).toEqual([600, 43_200]);
});

describe("after its last use a session", () => {
  test("lives at 9 min 59 s", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    portal.advance({ seconds: idleSeconds - 1 });
    expect(portal.sessions.read(cookie)).toBeDefined();
  });

  test("is over at 10 min 00 s", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    portal.advance({ seconds: idleSeconds });
    expect(portal.sessions.read(cookie)).toBeUndefined();
  });

  test("is over at 10 min 01 s, and a try to use it does not bring it back", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    portal.advance({ seconds: idleSeconds + 1 });
    expect(portal.sessions.read(cookie)).toBeUndefined();
    expect(portal.sessions.read(cookie)).toBeUndefined();
  });

  test("stays over when the clock is set back", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    portal.advance({ seconds: idleSeconds });
    expect(portal.sessions.read(cookie)).toBeUndefined();
    portal.advance({ hours: -48 });
    expect(portal.sessions.read(cookie)).toBeUndefined();
  });

  test("begins its 10 minutes anew with each use", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    for (let use = 0; use < 3; use++) {
      portal.advance({ seconds: idleSeconds - 1 });
      expect(portal.sessions.read(cookie), `use ${use}`).toBeDefined();
    }
    portal.advance({ seconds: idleSeconds });
    expect(portal.sessions.read(cookie)).toBeUndefined();
  });
});

describe("however much it is used, a session", () => {
  /** Uses it every 8 minutes 20 until so many seconds after sign-in. */
  async function usedUntil(seconds: number) {
    const cookie = await portal.sessions.start(account.id, beginning);
    let passed = 0;
    while (passed + 500 < seconds) {
      portal.advance({ seconds: 500 });
      passed += 500;
      expect(portal.sessions.read(cookie)).toBeDefined();
    }
    portal.advance({ seconds: seconds - passed });
    return portal.sessions.read(cookie);
  }

  test("lives 1 s before 12 hours", async () => {
    expect(await usedUntil(absoluteSeconds - 1)).toBeDefined();
  });

  test("is over at 12 hours", async () => {
    expect(await usedUntil(absoluteSeconds)).toBeUndefined();
  });

  test("is over 1 s after 12 hours", async () => {
    expect(await usedUntil(absoluteSeconds + 1)).toBeUndefined();
  });
});

test("the base holds the hash of the cookie, never the cookie", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  expect(cookie).toMatch(/^[\w-]{43}$/);
  expect(rows().map(({ id }) => id)).toEqual([hashToken(cookie).toString("hex")]);
  expect(JSON.stringify(rows())).not.toContain(cookie);
});

test("what stands in the base opens nothing when it is sent as a cookie", async () => {
  await portal.sessions.start(account.id, beginning);
  expect(portal.sessions.read(rows()[0]!.id)).toBeUndefined();
});

test("a cookie that is none opens nothing: empty, short, hostile, very long", () => {
  const cookies = ["", "x", "' OR 1=1 --", "\0", "a".repeat(43), "a".repeat(10_000)];
  expect(cookies.map((cookie) => portal.sessions.read(cookie))).toEqual(cookies.map(() => undefined));
});

test("a session that was ended is dead, and the others of the same person live on", async () => {
  const [ended, other] = [
    await portal.sessions.start(account.id, beginning),
    await portal.sessions.start(account.id, beginning),
  ];
  await portal.sessions.end(ended);
  expect(portal.sessions.read(ended)).toBeUndefined();
  expect(portal.sessions.read(other)).toBeDefined();
  await portal.sessions.end(ended);
});

test("all sessions of a person end at once, and nobody else's", async () => {
  const [one, two] = [
    await portal.sessions.start(account.id, beginning),
    await portal.sessions.start(account.id, beginning),
  ];
  const bob = await portal.sessions.start(accountOf("bob@demo.example").id, beginning);
  write(portal.db, () => endSessions(portal.db, account.id));
  expect([one, two].map((cookie) => portal.sessions.read(cookie))).toEqual([undefined, undefined]);
  expect(portal.sessions.read(bob)).toBeDefined();
});

test("a frozen account has no living session", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  portal.db.$client.prepare("UPDATE accounts SET status = 'frozen' WHERE id = ?").run(account.id);
  expect(portal.sessions.read(cookie)).toBeUndefined();
});

test("the sweep removes what has been over for ten minutes, and nothing that lives", async () => {
  const idle = await portal.sessions.start(account.id, beginning);
  portal.advance({ seconds: idleSeconds });
  const living = await portal.sessions.start(account.id, beginning);
  portal.advance({ seconds: idleSeconds - 1 });
  expect(portal.sessions.sweep()).toBe(0);
  expect(portal.sessions.read(living)).toBeDefined();
  portal.advance({ seconds: 1 });
  expect(portal.sessions.sweep()).toBe(1);
  expect(portal.sessions.read(idle)).toBeUndefined();
  expect(portal.sessions.read(living)).toBeDefined();
  portal.advance({ seconds: absoluteSeconds });
  expect(portal.sessions.sweep()).toBe(1);
  expect(rows()).toEqual([]);
});

test("a lapsed session tells for ten minutes whose it was, and is dead all the same", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  expect(portal.sessions.lapsedOwner(cookie)).toBeUndefined();
  portal.advance({ seconds: idleSeconds });
  expect(portal.sessions.read(cookie)).toBeUndefined();
  expect(portal.sessions.lapsedOwner(cookie)).toBe(account.id);
  portal.advance({ seconds: idleSeconds - 1 });
  expect(portal.sessions.lapsedOwner(cookie)).toBe(account.id);
  portal.advance({ seconds: 1 });
  expect(portal.sessions.lapsedOwner(cookie)).toBeUndefined();
});

test("a lapsed session is dead even when the clock is set back", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  portal.advance({ seconds: idleSeconds });
  expect(portal.sessions.read(cookie)).toBeUndefined();
  portal.advance({ seconds: -60 });
  expect(portal.sessions.read(cookie)).toBeUndefined();
});

test("the time left is told without being lengthened", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  expect(portal.sessions.peek(cookie)).toEqual({
    accountId: account.id,
    secondsLeft: idleSeconds,
    secondsAtMost: absoluteSeconds,
  });
  portal.advance({ seconds: idleSeconds - 1 });
  expect(portal.sessions.peek(cookie)?.secondsLeft).toBe(1);
  portal.advance({ seconds: 1 });
  expect([portal.sessions.peek(cookie), portal.sessions.read(cookie)]).toEqual([undefined, undefined]);
  expect(portal.sessions.peek("of nobody")).toBeUndefined();
});

test("once the password was typed again, the session has another cookie and the old one is dead", async () => {
  const cookie = await portal.sessions.start(account.id, { ...beginning, withPassword: false });
  const session = portal.sessions.read(cookie)!;
  expect(session.passwordAt).toBe(0);
  portal.advance({ seconds: 30 });
  const renewed = portal.sessions.renew(session.id)!;
  expect(portal.sessions.read(cookie)).toBeUndefined();
  expect(portal.sessions.read(renewed)!.passwordAt).toBe(Math.floor(portal.clock() / 1000));
  expect(portal.sessions.renew(session.id)).toBeUndefined();
  portal.advance({ seconds: idleSeconds });
  expect(portal.sessions.renew(rows()[0]!.id)).toBeUndefined();
});

test("several pages in the same second count as one use: the second one does not even wait for a writer", async () => {
  const cookie = await portal.sessions.start(account.id, beginning);
  portal.advance({ seconds: 5 });
  expect(portal.sessions.read(cookie)).toBeDefined();
  const wait = vi.spyOn(Atomics, "wait").mockReturnValue("timed-out");
  onTestFinished(() => wait.mockRestore());
  portal.db.$client.exec("BEGIN IMMEDIATE");
  expect(portal.sessions.read(cookie)).toBeDefined();
  expect(wait).not.toHaveBeenCalled();
  portal.db.$client.exec("ROLLBACK");
});

describe("while another process holds the base, as an import does,", () => {
  const expiry = () => (rows() as unknown as { expires_at: number }[])[0]!.expires_at;

  /** Begins a write that lasts until it is let go. */
  function holdTheBase() {
    const other = openDatabase(portal.config.databaseFile);
    onTestFinished(() => void other.$client.close());
    other.$client.exec("BEGIN IMMEDIATE");
    return () => other.$client.exec("COMMIT");
  }

  test("no page waits for it; the use counts at once, and is written when it is over", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    const before = expiry();
    const letGo = holdTheBase();
    portal.advance({ seconds: idleSeconds - 1 });
    expect(portal.sessions.read(cookie)).toBeDefined();
    expect(expiry()).toBe(before);
    portal.advance({ seconds: 2 });
    expect(portal.sessions.peek(cookie)?.secondsLeft).toBe(idleSeconds - 2);
    expect(portal.sessions.read(cookie)).toBeDefined();
    letGo();
    await expect.poll(expiry).toBe(before + idleSeconds + 1);
  });

  test("a session that is ended meanwhile stays so", async () => {
    const cookie = await portal.sessions.start(account.id, beginning);
    const letGo = holdTheBase();
    portal.advance({ seconds: 5 });
    portal.sessions.read(cookie);
    letGo();
    write(portal.db, () => endSessions(portal.db, account.id));
    expect(portal.sessions.read(cookie)).toBeUndefined();
  });
});
