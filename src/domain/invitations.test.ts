import { beforeEach, describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { members } from "../platform/schema.ts";
import { invite, inviteOnce } from "./invitations.ts";
import { peekLink } from "./one-time-links.ts";

let portal: Portal;
beforeEach(async () => {
  portal = await startPortal({ empty: true });
});

const nina = {
  memberId: "M1",
  memberNumber: "20000001",
  birthName: "PETIT",
  firstNames: "Nina Rose",
  birthDate: "2004-05-06",
  email: "nina@example.fr",
  isAffiliate: 1,
  isSubscriber: 1,
  version: 1,
  digest: Buffer.alloc(32),
};

function join(person: Partial<typeof members.$inferInsert> = {}): void {
  portal.db
    .insert(members)
    .values({ ...nina, ...person })
    .run();
}

const mails = () => portal.mailsTo("nina@example.fr");
const tokenIn = (text: string) => /\/activate\/(\S+)/.exec(text)![1]!;
const count = (table: string) => portal.db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

test("a new person gets one mail, with a link that is theirs", () => {
  join();
  expect(inviteOnce(portal, "M1")).toBe(true);
  expect(mails()).toHaveLength(1);
  const [{ kind, subject, text, html } = fail()] = mails();
  expect(kind).toBe("invitation");
  expect(subject).toBe("Ouvrez votre Espace Personnel SMENO");
  expect(text).toContain("Bonjour Nina,");
  expect(html).toContain(tokenIn(text));
  expect(text).toContain(`${portal.config.origin}/activate/`);
  expect(peekLink(portal, "invitation", tokenIn(text))?.memberId).toBe("M1");
});

function fail(): never {
  throw new Error("no mail was queued");
}

test("however often the feed is replayed, there is one invitation, for ever", () => {
  join();
  expect(inviteOnce(portal, "M1")).toBe(true);
  for (const days of [0, 1, 20, 400]) {
    portal.advance({ days });
    expect(inviteOnce(portal, "M1"), `${days} days later`).toBe(false);
  }
  expect(mails()).toHaveLength(1);
  expect(count("evidence")).toBe(1);
});

test("an operator may send another one: the link of the first dies with it", () => {
  join();
  inviteOnce(portal, "M1");
  portal.advance({ days: 20 });
  expect(invite(portal, "M1", "operator")).toBe(true);
  const [first, second] = mails().map(({ text }) => tokenIn(text));
  expect(peekLink(portal, "invitation", first!)).toBeUndefined();
  expect(peekLink(portal, "invitation", second!)?.memberId).toBe("M1");
  const dates = portal.db.$client.prepare("SELECT last_invited_at - first_invited_at FROM invitations").pluck().get();
  expect(dates).toBe(20 * 24 * 3600);
});

describe("nothing is sent", () => {
  test.each([
    ["to someone who has died", { deceased: 1 }],
    ["to someone whose file has ended", { ended: 1 }],
    ["to someone without an e-mail", { email: null }],
  ])("%s", (_who, person) => {
    join(person);
    expect(inviteOnce(portal, "M1")).toBe(false);
    expect(invite(portal, "M1", "operator")).toBe(false);
    expect([count("mails"), count("one_time_links"), count("invitations"), count("evidence")]).toEqual([0, 0, 0, 0]);
  });

  test("to someone unknown", () => {
    expect(inviteOnce(portal, "M404")).toBe(false);
    expect(invite(portal, "M404", "operator")).toBe(false);
    expect(count("mails")).toBe(0);
  });

  test("to someone who has an account", () => {
    join();
    portal.db.$client.exec(
      "INSERT INTO accounts (id, member_id, status, email, created_at, activated_at) VALUES ('A', 'M1', 'active', 'nina@example.fr', 1, 1)",
    );
    expect(inviteOnce(portal, "M1")).toBe(false);
    expect(invite(portal, "M1", "operator")).toBe(false);
    expect(count("mails")).toBe(0);
  });
});

test("someone whose e-mail comes later is invited then", () => {
  join({ email: null });
  expect(inviteOnce(portal, "M1")).toBe(false);
  portal.db.update(members).set({ email: "nina@example.fr" }).run();
  expect(inviteOnce(portal, "M1")).toBe(true);
  expect(inviteOnce(portal, "M1")).toBe(false);
  expect(mails()).toHaveLength(1);
});

describe("2.3 the mail says in Paris time when the link ends, 15 × 24 hours after sending:", () => {
  test.each([
    ["2026-11-23T09:00:00+01:00", "8 décembre 2026 à 09:00", "in winter"],
    ["2026-07-01T23:30:00+02:00", "16 juillet 2026 à 23:30", "in summer"],
    ["2026-10-20T12:00:00+02:00", "4 novembre 2026 à 11:00", "over the night with an hour more"],
    ["2026-03-20T12:00:00+01:00", "4 avril 2026 à 13:00", "over the night with an hour less"],
    ["2026-10-17T00:30:00+02:00", "31 octobre 2026 à 23:30", "over that night, and back over midnight"],
    ["2026-12-17T10:00:00+01:00", "1er janvier 2027 à 10:00", "over the new year"],
  ])("sent %s, it ends on %s (%s)", (sent, end) => {
    portal.setTime(Date.parse(sent));
    join();
    inviteOnce(portal, "M1");
    const [{ text } = fail()] = mails();
    expect(text.replace(/\s+/g, " ")).toContain(`valable jusqu’au ${end}, heure de Paris`);
    // The end that is printed is the one that holds.
    const token = tokenIn(text);
    portal.advance({ days: 15, seconds: -1 });
    expect(peekLink(portal, "invitation", token)).toBeDefined();
    portal.advance({ seconds: 1 });
    expect(peekLink(portal, "invitation", token)).toBeUndefined();
  });
});

test("each invitation is in the journal, with who asked for it and when its link ends", () => {
  join();
  inviteOnce(portal, "M1");
  invite(portal, "M1", "operator");
  const facts = portal.db.$client
    .prepare("SELECT kind, member_id, actor, details FROM evidence ORDER BY sequence")
    .all();
  const expiresAt = Math.floor(portal.clock() / 1000) + 15 * 24 * 3600;
  expect(facts).toEqual([
    { kind: "invitation.queued", member_id: "M1", actor: "import", details: JSON.stringify({ expiresAt }) },
    { kind: "invitation.queued", member_id: "M1", actor: "operator", details: JSON.stringify({ expiresAt }) },
  ]);
});

test("the token is nowhere in the base but under the seal", () => {
  join();
  inviteOnce(portal, "M1");
  expect(portal.db.$client.serialize().includes(tokenIn(mails()[0]!.text))).toBe(false);
});
