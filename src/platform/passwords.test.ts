import { availableParallelism } from "node:os";
import { expect, test } from "vitest";
import { createPasswords, TooBusyError } from "./passwords.ts";

const cheap = { memoryCost: 64, timeCost: 1 };
const passwords = createPasswords(cheap);
const width = Math.max(1, availableParallelism() - 1);

test("the right password opens, another one does not", async () => {
  const hash = await passwords.hash("Demo-2026!");
  expect(await passwords.verify(hash, "Demo-2026!")).toBe(true);
  for (const wrong of ["demo-2026!", "Demo-2026", "Demo-2026! ", " Demo-2026!", ""]) {
    expect(await passwords.verify(hash, wrong), wrong).toBe(false);
  }
});

test("the same password has another hash each time, and the hash does not hold it", async () => {
  const [one, two] = await Promise.all([passwords.hash("Demo-2026!"), passwords.hash("Demo-2026!")]);
  expect(one).not.toBe(two);
  expect(one).not.toContain("Demo");
});

test("a real hash is argon2id with 19 MiB and two passes", async () => {
  expect(await createPasswords().hash("Demo-2026!")).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
});

test("without a hash to compare with, no password is right, not even the one it is compared with", async () => {
  for (const password of ["Demo-2026!", "", "no account has this password"]) {
    expect(await passwords.verify(undefined, password)).toBe(false);
  }
});

test("an accent typed as one sign or as two is the same password", async () => {
  const composed = "Caf\u00e9-2026!";
  const decomposed = "Cafe\u0301-2026!";
  expect(composed).not.toBe(decomposed);
  expect(await passwords.verify(await passwords.hash(composed), decomposed)).toBe(true);
  expect(await passwords.verify(await passwords.hash(decomposed), composed)).toBe(true);
  expect(await passwords.verify(await passwords.hash(composed), "Cafe-2026!")).toBe(false);
});

test("every sign of a long password counts", async () => {
  const long = `${"x".repeat(255)}A`;
  const hash = await passwords.hash(long);
  expect(await passwords.verify(hash, long)).toBe(true);
  expect(await passwords.verify(hash, `${"x".repeat(255)}B`)).toBe(false);
});

test("more than can be hashed at once wait in a short queue, and the rest are told to come back", async () => {
  const busy = createPasswords(cheap, 3);
  const hash = await busy.hash("Demo-2026!");
  const all = Array.from({ length: width + 3 + 4 }, () => busy.verify(hash, "Demo-2026!"));
  const results = await Promise.allSettled(all);
  expect(results.filter((result) => result.status === "fulfilled" && result.value)).toHaveLength(width + 3);
  const refused = results.filter((result) => result.status === "rejected");
  expect(refused).toHaveLength(4);
  for (const { reason } of refused) expect(reason).toBeInstanceOf(TooBusyError);
  expect(await busy.verify(hash, "Demo-2026!")).toBe(true);
});

test("a number that has no account waits in the same queue", async () => {
  const busy = createPasswords(cheap, 0);
  await busy.verify(undefined, "first");
  const results = await Promise.allSettled(Array.from({ length: width + 2 }, () => busy.verify(undefined, "x")));
  expect(results.filter((result) => result.status === "rejected")).toHaveLength(2);
});

test("a hash that cannot be read fails alone: the next in line has its turn", async () => {
  const hash = await passwords.hash("Demo-2026!");
  const results = await Promise.allSettled([
    ...Array.from({ length: width + 1 }, () => passwords.verify("not a hash", "x")),
    passwords.verify(hash, "Demo-2026!"),
  ]);
  expect(results.at(-1)).toEqual({ status: "fulfilled", value: true });
});
