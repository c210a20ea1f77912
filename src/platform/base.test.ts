import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openBase } from "./base.ts";
import { readConfig } from "./config.ts";
import { DatabaseError } from "./database.ts";

const key = (fill: string) => Buffer.alloc(32, fill).toString("base64");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-base-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const configWith = (secretKey: string) => readConfig({ DATA_DIR: folder, SECRET_KEY: secretKey }, folder);

function hashWith(secretKey: string): Buffer {
  const { db, seal } = openBase(configWith(secretKey));
  db.$client.close();
  return seal.hash("members.nir", "1990559350123");
}

test("a base is opened again with the key it was made with", () => {
  expect(hashWith(key("a")).equals(hashWith(key("a")))).toBe(true);
});

test("a base refuses another key, and says in one line what to do", () => {
  hashWith(key("a"));
  let message = "";
  try {
    openBase(configWith(key("b")));
  } catch (error) {
    if (error instanceof DatabaseError) message = error.message;
  }
  expect(message).toBe(
    `${join(folder, "espace.db")} was made with another secret key. Give that key back in SECRET_KEY, after the new one and a comma.`,
  );
});

test("a new key in front of the old one is accepted, and what is looked up by hash is still found", () => {
  const hash = hashWith(key("a"));
  expect(hashWith(`${key("b")},${key("a")}`).equals(hash)).toBe(true);
});

test("a refused key changes nothing: the right one still opens the base", () => {
  const hash = hashWith(key("a"));
  expect(() => openBase(configWith(key("b")))).toThrow(DatabaseError);
  expect(hashWith(key("a")).equals(hash)).toBe(true);
});
