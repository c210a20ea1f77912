import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { write } from "../platform/database.ts";
import { deleteWithReceipt } from "./account-deletion.ts";
import { findAccountHolder } from "./accounts.ts";
import { type ChoiceChange, changeChoices, readChoices } from "./preferences.ts";

const memberId = "P0001";

async function start(now = "2026-11-20T12:00:00Z") {
  const portal = await startPortal({ now: Date.parse(now) });
  const { accountId } = findAccountHolder(portal, memberId)!;
  const change = (more: Pick<ChoiceChange, "changes"> & Partial<ChoiceChange>) =>
    changeChoices(portal, { accountId, memberId, actor: "member", channel: "preferences", ...more });
  const isOn = () => readChoices(portal, accountId).offers;
  return { portal, accountId, change, isOn };
}

const byPost = (receivedOn: string, offers = false) =>
  ({ changes: { offers }, actor: "staff", channel: "post", staff: "adviser@demo.example", receivedOn }) as const;

function facts({ db }: Portal) {
  return db.$client
    .prepare<[string], { kind: string; actor: string; details: string }>(
      "SELECT kind, actor, details FROM evidence WHERE member_id = ? AND kind LIKE 'consent.%' ORDER BY sequence",
    )
    .all(memberId)
    .map(({ kind, actor, details }) => ({ kind, actor, ...JSON.parse(details) }));
}

describe("6.2 a withdrawal that was received on a day and is recorded later", () => {
  test("wins over a consent of that day, and of any day before", async () => {
    for (const receivedOn of ["2026-11-20", "2026-11-21", "2026-11-25"]) {
      const { portal, change, isOn } = await start();
      change({ changes: { offers: true } });
      portal.advance({ days: 7 });
      expect(change(byPost(receivedOn))).toEqual(["offers"]);
      expect(isOn()).toBe(false);
      expect(facts(portal).at(-1)).toEqual({
        kind: "consent.withdrawn",
        actor: "staff",
        list: "offers",
        channel: "post",
        staff: "adviser@demo.example",
        receivedOn,
      });
    }
  });

  test("does not undo a consent given after it: the day ends at midnight in Paris, to the second", async () => {
    for (const [given, stands] of [
      ["2026-11-20T22:59:59Z", false],
      ["2026-11-20T23:00:00Z", true],
      ["2026-11-20T23:00:01Z", true],
    ] as const) {
      const { portal, change, isOn } = await start(given);
      change({ changes: { offers: true } });
      portal.advance({ days: 3 });
      expect(change(byPost("2026-11-20"))).toEqual(stands ? [] : ["offers"]);
      expect(isOn()).toBe(stands);
    }
  });

  test("counts from the day it was received, not from the day it was recorded: an older consent does not come back", async () => {
    const { portal, change, isOn } = await start();
    change({ changes: { offers: true } });
    portal.advance({ days: 5 });
    change(byPost("2026-11-22"));
    expect(change(byPost("2026-11-21", true))).toEqual([]);
    expect(change(byPost("2026-11-22", true))).toEqual([]);
    expect(isOn()).toBe(false);
    expect(change(byPost("2026-11-23", true))).toEqual(["offers"]);
    expect(change(byPost("2026-11-22"))).toEqual([]);
    expect(isOn()).toBe(true);
  });
});

test("only a real change is proven, and choices that are not named stay", async () => {
  const { portal, change } = await start();
  expect(change({ changes: { offers: true, alertEmail: true } })).toEqual(["offers", "alertEmail"]);
  expect(change({ changes: { offers: true, newsletterSmeno: false } })).toEqual([]);
  expect(change({ changes: {} })).toEqual([]);
  expect(change({ changes: { offers: false } })).toEqual(["offers"]);
  expect(facts(portal).map(({ kind, list }) => `${kind} ${list}`)).toEqual([
    "consent.given offers",
    "consent.given alertEmail",
    "consent.withdrawn offers",
  ]);
});

test("nothing happens to an account that is gone, or that is somebody else's", async () => {
  const { portal, accountId, change } = await start();
  expect(change({ memberId: "P0002", changes: { offers: true } })).toEqual([]);
  const holder = findAccountHolder(portal, memberId)!;
  write(portal.db, () => deleteWithReceipt(portal, holder, { actor: "member", by: "member" }));
  expect(change({ changes: { offers: true } })).toEqual([]);
  expect(readChoices(portal, accountId).offers).toBe(false);
  expect(facts(portal)).toEqual([]);
});
