import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { hashToken, newId, newToken } from "./tokens.ts";

test("a thousand tokens are all different, of 256 bits, and fit in an address", () => {
  const tokens = Array.from({ length: 1_000 }, newToken);
  expect(new Set(tokens).size).toBe(1_000);
  expect(tokens.filter((token) => !/^[\w-]{43}$/.test(token))).toEqual([]);
  // No place in them has a fixed sign.
  for (let at = 0; at < 42; at++) expect(new Set(tokens.map((token) => token[at])).size).toBeGreaterThan(32);
});

test("what is stored of a token is its SHA-256", () => {
  expect(hashToken("token").equals(createHash("sha256").update("token").digest())).toBe(true);
});

test("an identifier has 120 random bits", () => {
  const ids = Array.from({ length: 1_000 }, newId);
  expect(new Set(ids).size).toBe(1_000);
  expect(ids.filter((id) => !/^[\w-]{20}$/.test(id))).toEqual([]);
});
