import { createSecretKey, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSeal, keyId } from "./seal.ts";

const newKey = () => createSecretKey(randomBytes(32));
const key = newKey();
const seal = createSeal([key]);
const place = "members.nir";

test("what was sealed is opened, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (text) => {
      expect(seal.open(place, seal.seal(place, text))).toBe(text);
    }),
  );
});

test("a sealed value does not hold the text, and is never twice the same", () => {
  const [one, two] = [seal.seal(place, "1990559350123"), seal.seal(place, "1990559350123")];
  expect(one.includes("1990559350123")).toBe(false);
  expect(one.equals(two)).toBe(false);
  expect(one).toHaveLength(8 + 12 + 16 + 13);
});

test("a value altered anywhere, by a single bit, is refused", () => {
  const sealed = seal.seal(place, "1990559350123");
  for (let at = 0; at < sealed.length; at++) {
    const altered = Buffer.from(sealed);
    altered[at]! ^= 1;
    expect(() => seal.open(place, altered), `byte ${at}`).toThrow();
  }
});

test("a value cut short is refused, wherever it is cut", () => {
  for (const sealed of [seal.seal(place, "1990559350123"), seal.seal(place, "")]) {
    for (let length = 0; length < sealed.length; length++) {
      expect(() => seal.open(place, sealed.subarray(0, length)), `${length} bytes`).toThrow();
    }
  }
});

test("a value moved to another column is refused", () => {
  const sealed = seal.seal(place, "1990559350123");
  expect(() => seal.open("bank_accounts.iban", sealed)).toThrow();
});

test("a value sealed with a key that is gone is refused with its place named", () => {
  const sealed = createSeal([newKey()]).seal(place, "1990559350123");
  expect(() => seal.open(place, sealed)).toThrow("members.nir was sealed with a key that SECRET_KEY no longer holds");
});

test("after a rotation the new key seals, the old one still opens, and what is old is known", () => {
  const next = newKey();
  const both = createSeal([next, key]);
  const old = seal.seal(place, "old");
  const fresh = both.seal(place, "fresh");
  expect(both.open(place, old)).toBe("old");
  expect([both.isStale(old), both.isStale(fresh)]).toEqual([true, false]);
  expect(createSeal([next]).open(place, fresh)).toBe("fresh");
  expect(() => seal.open(place, fresh)).toThrow();
});

test("a hash finds the same text in the same place again, and nowhere else", () => {
  const hash = seal.hash(place, "1990559350123");
  expect(hash).toHaveLength(32);
  expect(seal.hash(place, "1990559350123").equals(hash)).toBe(true);
  expect(seal.hash(place, "1990559350124").equals(hash)).toBe(false);
  expect(seal.hash("bank_accounts.iban", "1990559350123").equals(hash)).toBe(false);
  // Place and text do not run together.
  expect(seal.hash("a", "bc").equals(seal.hash("ab", "c"))).toBe(false);
});

test("hashes depend on the key, and stay under the one they were made with", () => {
  const next = newKey();
  const hash = seal.hash(place, "text");
  expect(createSeal([next]).hash(place, "text").equals(hash)).toBe(false);
  expect(createSeal([next, key], key).hash(place, "text").equals(hash)).toBe(true);
});

test("the name of a key tells keys apart and is not part of the key", () => {
  expect(keyId(key)).toMatch(/^[0-9a-f]{16}$/);
  expect(keyId(key)).toBe(keyId(createSecretKey(key.export())));
  expect(keyId(newKey())).not.toBe(keyId(key));
  expect(key.export().toString("hex").includes(keyId(key))).toBe(false);
});
