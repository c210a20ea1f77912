import { beforeEach, describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { findInvitee, findSignInTarget } from "./members.ts";

let portal: Portal;
beforeEach(async () => {
  portal = await startPortal();
});

const nameBehind = (identifier: string) => {
  const target = findSignInTarget(portal, identifier);
  if (!target) return undefined;
  const sql = "SELECT first_names FROM members WHERE member_id = ?";
  return portal.db.$client.prepare<[string], string>(sql).pluck().get(target.memberId);
};
const memberIdOf = (number: string) =>
  portal.db.$client
    .prepare<[string], string>("SELECT member_id FROM members WHERE member_number = ?")
    .pluck()
    .get(number)!;

describe("Alice is found by", () => {
  test.each([
    ["10000001", "her member number"],
    [" 10 000 001 ", "her member number with spaces"],
    ["A1000001", "her affiliate number"],
    ["a1000001", "her affiliate number in small letters"],
    ["2020359350123", "her social security number"],
    ["2 02 03 59 350 123", "her social security number with spaces"],
    ["2.02.03.59.350.123", "her social security number with dots"],
  ])("%s, %s", (identifier) => {
    expect(nameBehind(identifier)).toBe("Alice Marie");
  });
});

test("a social security number is taken with its right key, and refused with a wrong one", () => {
  const keys = Array.from({ length: 99 }, (_, key) => String(key + 1).padStart(2, "0"));
  const right = keys.filter((key) => nameBehind(`2020359350123${key}`) !== undefined);
  expect(right).toHaveLength(1);
  expect(nameBehind(`2020359350123${right[0]}`)).toBe("Alice Marie");
});

test.each(["alice@demo.example", "", "1", "10000004", "99999999", "%", "1000000_", "' OR 1=1 --"])(
  "%j opens no account",
  (identifier) => {
    expect(findSignInTarget(portal, identifier)).toBeUndefined();
  },
);

test("a number of ten thousand digits opens no account, not even one that begins like Alice’s", () => {
  expect(findSignInTarget(portal, "10000001".padEnd(10_000, "1"))).toBeUndefined();
});

describe("when Chloé carries the same social security number", () => {
  const share = (birthDate: string) =>
    portal.db.$client
      .prepare(
        `UPDATE members SET birth_date = ?, nir_hash = (SELECT nir_hash FROM members WHERE member_number = '10000001')
         WHERE member_number = '10000003'`,
      )
      .run(birthDate).changes;

  test("the person it insures comes first, whoever is older", () => {
    for (const birthDate of ["2024-01-01", "1990-01-01"]) {
      expect(share(birthDate)).toBe(1);
      expect(nameBehind("2020359350123"), birthDate).toBe("Alice Marie");
    }
  });

  test("the older one comes first when it insures neither, as far as is known", () => {
    portal.db.$client.exec("DELETE FROM amo_rights");
    share("2024-01-01");
    expect(nameBehind("2020359350123")).toBe("Alice Marie");
    share("1990-01-01");
    expect(nameBehind("2020359350123")).not.toBe("Alice Marie");
  });
});

test("a frozen account is found as frozen: only its own password may learn it", () => {
  portal.db.$client.exec("UPDATE accounts SET status = 'frozen' WHERE email = 'alice@demo.example'");
  expect(findSignInTarget(portal, "10000001")?.status).toBe("frozen");
});

test("the page of an invitation knows the person, unless they have died or their file has ended", () => {
  const david = memberIdOf("10000004");
  expect(findInvitee(portal, david)).toMatchObject({
    email: "david@demo.example",
    memberNumber: "10000004",
  });
  for (const column of ["deceased", "ended"]) {
    portal.db.$client.prepare(`UPDATE members SET ${column} = 1 WHERE member_id = ?`).run(david);
    expect(findInvitee(portal, david), column).toBeUndefined();
    portal.db.$client.prepare(`UPDATE members SET ${column} = 0 WHERE member_id = ?`).run(david);
  }
  expect(findInvitee(portal, "M404")).toBeUndefined();
});
