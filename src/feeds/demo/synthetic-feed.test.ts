import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { makeSyntheticFeed, syntheticLineCount } from "./synthetic-feed.ts";
import { syntheticPerson } from "./synthetic-people.ts";
import { arithmeticFaults, identifierFaults, readFeed, sha256, temporaryFolder } from "./test-kit.ts";

const today = "2026-11-23";
const temporary = temporaryFolder();
afterAll(temporary.remove);

async function make(name: string, members: number, payments: number, seed = "demo") {
  const folder = join(temporary.path, name);
  const shares: number[] = [];
  const onProgress = (share: number) => shares.push(share);
  const summary = await makeSyntheticFeed({ folder, members, payments, today, seed, onProgress });
  return { feed: readFeed(folder), summary, shares };
}

test("a feed of 1000 members and 5001 payments holds just that, and every number is right", async () => {
  const { feed, summary, shares } = await make("thousand", 1000, 5001);
  expect(feed.rows("personnes")).toHaveLength(1000);
  expect(feed.rows("paiements")).toHaveLength(5001);
  expect(feed.rows("lignes")).toHaveLength(syntheticLineCount(5001));
  expect(arithmeticFaults(feed, today)).toEqual([]);
  expect(identifierFaults(feed)).toEqual([]);
  for (const { name, rows, sha256: hash } of feed.manifest.files) {
    expect([name, hash]).toEqual([name, sha256(feed.bytes[name]!)]);
    expect([name, rows]).toEqual([name, feed.bytes[name]!.trimEnd().split("\r\n").length - 1]);
  }
  expect(summary.rows).toBe(feed.manifest.files.reduce((sum, { rows }) => sum + rows, 0));
  expect(shares.at(-1)).toBe(1);
});

test("each payment has one to three lines, within the three years to today", async () => {
  const { feed } = await make("spread", 50, 600);
  const counts = new Map<string, number>();
  for (const line of feed.rows("lignes")) {
    for (const id of [line.paiement_amo_id!, line.paiement_amc_id!]) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  expect(new Set(counts.values())).toEqual(new Set([1, 2, 3]));
  const days = feed.rows("paiements").map((row) => row.date_mandat!);
  expect([days[0], days.at(-1)! <= today, days.at(-1)! > "2026-11-15"]).toEqual(["2023-11-23", true, true]);
  expect([...days].sort()).toEqual(days);
});

test("the count of lines is known beforehand", () => {
  expect([0, 1, 2, 3, 4, 5, 6, 7, 12].map(syntheticLineCount)).toEqual([0, 1, 1, 3, 3, 6, 6, 7, 12]);
  expect(syntheticLineCount(1_000_000)).toBe(999_999);
});

test("the same options give the same bytes, another seed gives others", async () => {
  const [one, same, other] = [await make("a", 20, 99), await make("b", 20, 99), await make("c", 20, 99, "other")];
  expect(same.feed.bytes).toEqual(one.feed.bytes);
  expect(other.feed.rows("lignes")).not.toEqual(one.feed.rows("lignes"));
});

test("a feed without payments is a feed", async () => {
  const { feed } = await make("none", 3, 0);
  expect(feed.rows("personnes")).toHaveLength(3);
  expect(feed.rows("lignes")).toEqual([]);
});

test("no two people share a number, however far apart", () => {
  const ranks = [...Array(30_000).keys(), 719_999, 720_000, 9_999_999];
  const people = ranks.map((rank) => syntheticPerson(7, rank, 2026));
  expect(new Set(people.map(({ nir }) => nir)).size).toBe(ranks.length);
  expect(new Set(people.map(({ iban }) => iban)).size).toBe(ranks.length);
  expect(people.filter(({ nir, number }) => !/^\d{13}$/.test(nir) || !/^\d{8}$/.test(number))).toEqual([]);
});
