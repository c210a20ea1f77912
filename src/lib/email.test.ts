import { expect, test } from "vitest";
import { isSameMailbox, parseEmail } from "./email.ts";

test.each([
  ["emma@example.fr", "emma@example.fr"],
  ["  Emma.Petit+mutuelle@Example.FR ", "Emma.Petit+mutuelle@Example.FR"],
  ["o'neil_1@sous-domaine.exemple.co.uk", "o'neil_1@sous-domaine.exemple.co.uk"],
  ["emma@étudiants.fr", "emma@étudiants.fr"],
  [`${"a".repeat(64)}@example.fr`, `${"a".repeat(64)}@example.fr`],
])("%j is an address", (typed, address) => {
  expect(parseEmail(typed)).toBe(address);
});

test.each([
  "",
  "emma",
  "emma@",
  "@example.fr",
  "emma@example",
  "emma@@example.fr",
  "emma@exa mple.fr",
  "em ma@example.fr",
  "emma@example..fr",
  "emma@.example.fr",
  "emma@example.fr.",
  "emma@-example.fr",
  ".emma@example.fr",
  "em..ma@example.fr",
  "emma@127.0.0.1",
  "emma@[127.0.0.1]",
  "Emma <emma@example.fr>",
  "a@x.fr,b@x.fr",
  "a@x.fr;b@x.fr",
  "emma@example.fr\r\nBcc: b@x.fr",
  "ｅmma@example.fr",
  "emma＠example.fr",
  "émma@example.fr",
  "em\u200bma@example.fr",
  "emma@exam\u200bple.fr",
  `${"a".repeat(65)}@example.fr`,
  `emma@${`${"a".repeat(60)}.`.repeat(5)}fr`,
  `${"a".repeat(5_000)}@${"b".repeat(5_000)}`,
])("%j is none", (typed) => {
  expect(parseEmail(typed)).toBeUndefined();
});

test("capitals and spaces around make no other mailbox", () => {
  expect(isSameMailbox(" Emma@Example.fr", "emma@example.FR ")).toBe(true);
  expect(isSameMailbox("emma@example.fr", "emma@example.com")).toBe(false);
});
