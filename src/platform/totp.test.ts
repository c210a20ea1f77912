import { describe, expect, test } from "vitest";
import { findTotpStep, newTotpSecret, totpAddress, totpCode } from "./totp.ts";

/** “12345678901234567890”, the key of RFC 6238's appendix B, in base32. */
const key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** Appendix B has eight digits; six digits are the last six of them. */
const vectors: [number, string][] = [
  [59, "94287082"],
  [1111111109, "07081804"],
  [1111111111, "14050471"],
  [1234567890, "89005924"],
  [2000000000, "69279037"],
  [20000000000, "65353130"],
];

test.each(vectors)("RFC 6238 appendix B: at %d s the code is the end of %s", (at, code) => {
  expect(totpCode(key, at)).toBe(code.slice(2));
  expect(findTotpStep(key, code.slice(2), at, 0)).toBe(Math.floor(at / 30));
});

describe("a code made at 12:00:00, the first second of its step", () => {
  const made = 1_800_000_000;
  const code = totpCode(key, made);
  test.each([
    [-31, false],
    [-30, true],
    [-1, true],
    [0, true],
    [29, true],
    [30, true],
    [59, true],
    [60, false],
    [90, false],
  ])("given %+d s later is right: %s", (later, isRight) => {
    expect(findTotpStep(key, code, made + later, 0)).toBe(isRight ? made / 30 : undefined);
  });
});

test("a step whose code was used, and every step before it, count no more", () => {
  const now = 1_800_000_000;
  const step = now / 30;
  const [before, present, after] = [now - 30, now, now + 30].map((at) => totpCode(key, at)) as [string, string, string];
  expect(findTotpStep(key, present, now, step - 1)).toBe(step);
  expect(findTotpStep(key, present, now, step)).toBeUndefined();
  expect(findTotpStep(key, before, now, step)).toBeUndefined();
  expect(findTotpStep(key, after, now, step)).toBe(step + 1);
});

test.each(["", "28708", "2870822", "287 82", "２８７０８２", "abcdef", "-28708", "287082\n", "é87082"])(
  "%j is no code",
  (code) => {
    expect(findTotpStep(key, code, 59, 0)).toBeUndefined();
  },
);

test("a new key has 160 bits and is another each time; its address names who gave it and for whom", () => {
  const keys = new Set(Array.from({ length: 50 }, newTotpSecret));
  expect(keys.size).toBe(50);
  for (const secret of keys) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
  const address = new URL(totpAddress(key, { issuer: "Espace Personnel SMENO", label: "alice@demo.example" }));
  expect(address.protocol + address.host).toBe("otpauth:totp");
  expect(decodeURIComponent(address.pathname)).toBe("/Espace Personnel SMENO:alice@demo.example");
  expect(Object.fromEntries(address.searchParams)).toEqual({
    issuer: "Espace Personnel SMENO",
    secret: key,
    algorithm: "SHA1",
    digits: "6",
    period: "30",
  });
});
