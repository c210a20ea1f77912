import { beforeEach, describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { openDatabase, write } from "../platform/database.ts";
import { hashToken } from "../platform/tokens.ts";
import { invitationSeconds } from "./invitations.ts";
import { issueLink, peekLink, takeLink } from "./one-time-links.ts";

let portal: Portal;
let [one, other] = ["", ""];
beforeEach(async () => {
  portal = await startPortal();
  [one, other] = portal.db.$client
    .prepare<[], string>("SELECT member_id FROM members ORDER BY member_id LIMIT 2")
    .pluck()
    .all() as [string, string];
});

const issue = (memberId = one, lifeSeconds = invitationSeconds) =>
  write(portal.db, () => issueLink(portal, "invitation", memberId, lifeSeconds));
const peek = (token: string) => peekLink(portal, "invitation", token);
const take = (token: string) => write(portal.db, () => takeLink(portal, "invitation", token));

test("an invitation lives 15 days of 24 hours", () => {
  expect(invitationSeconds).toBe(15 * 24 * 60 * 60);
  expect(issue().expiresAt).toBe(Math.floor(portal.clock() / 1000) + 1_296_000);
});

describe("a link", () => {
  test("works 1 s before its end", () => {
    const { token, expiresAt } = issue();
    portal.advance({ seconds: invitationSeconds - 1 });
    expect(peek(token)).toEqual({ memberId: one, expiresAt });
    expect(take(token)).toBe(one);
  });

  test("is dead at its end", () => {
    const { token } = issue();
    portal.advance({ seconds: invitationSeconds });
    expect(peek(token)).toBeUndefined();
    expect(take(token)).toBeUndefined();
  });

  test("is dead 1 s after its end", () => {
    const { token } = issue();
    portal.advance({ seconds: invitationSeconds + 1 });
    expect(peek(token)).toBeUndefined();
    expect(take(token)).toBeUndefined();
  });

  test("may be looked at as often as one likes, and works once", () => {
    const { token } = issue();
    for (let look = 0; look < 3; look++) expect(peek(token)?.memberId).toBe(one);
    expect(take(token)).toBe(one);
    expect(peek(token)).toBeUndefined();
    expect(take(token)).toBeUndefined();
  });

  test("dies when a newer one of the same person is made, and only then", () => {
    const [older, othersLink] = [issue(), issue(other)];
    const newer = issue();
    expect(take(older.token)).toBeUndefined();
    expect(take(newer.token)).toBe(one);
    expect(take(othersLink.token)).toBe(other);
  });

  test("comes back when the transaction that used it fails", () => {
    const { token } = issue();
    expect(() =>
      write(portal.db, () => {
        takeLink(portal, "invitation", token);
        throw new Error("the account could not be opened");
      }),
    ).toThrow();
    expect(take(token)).toBe(one);
  });

  test("of fifty takes at once, over two handles, gives one the member", async () => {
    const { token } = issue();
    const second = openDatabase(portal.config.databaseFile);
    const handles = [portal.db, second];
    const taken = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        await new Promise((resolve) => setImmediate(resolve));
        const db = handles[index % 2]!;
        return write(db, () => takeLink({ db, clock: portal.clock }, "invitation", token));
      }),
    );
    second.$client.close();
    expect(taken.filter((memberId) => memberId === one)).toHaveLength(1);
    expect(taken.filter((memberId) => memberId === undefined)).toHaveLength(49);
  });
});

test("fifty activations at once open one account", async () => {
  const mail = portal.mailsTo("david@demo.example").at(-1);
  const path = new URL(/http\S+\/activate\/\S+/.exec(mail!.text)![0]).pathname;
  const fields = { password: "Violon-bleu-72", charter: "on" };
  const pages = await Promise.all(Array.from({ length: 50 }, () => portal.browser().post(path, fields)));
  const statuses = pages.map(({ status }) => status);
  expect(statuses.filter((status) => status === 303)).toHaveLength(1);
  expect(statuses.filter((status) => status === 410)).toHaveLength(49);
  const accounts = portal.db.$client.prepare("SELECT count(*) FROM accounts WHERE email = 'david@demo.example'");
  expect(accounts.pluck().get()).toBe(1);
});

test("the base holds the hash of the token, never the token", () => {
  const { token } = issue();
  const stored = portal.db.$client.prepare<[string], Buffer>(
    "SELECT token_hash FROM one_time_links WHERE member_id = ?",
  );
  expect(stored.pluck().get(one)?.equals(hashToken(token))).toBe(true);
  expect(portal.db.$client.serialize().includes(token)).toBe(false);
});

test.each(["", "x", "../../etc/passwd", "' OR 1=1 --", "\0"])("the token %j opens nothing", (token) => {
  issue();
  expect(peek(token)).toBeUndefined();
  expect(take(token)).toBeUndefined();
});
