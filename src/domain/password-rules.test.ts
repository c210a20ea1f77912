import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type PersonalData, passwordFault } from "./password-rules.ts";

const passphrase =
  "Les 7 nains chantent dans la mine et la sorcière les attend derrière la porte du château fort là-bas";

describe("3.4 the rule of the charter", () => {
  test.each([
    ["Abcdef1!", undefined, "8 characters with all that is asked for"],
    ["ABCDEF1!", undefined, "no small letter is asked for"],
    ["Abcde1!", "passwordShort", "7 characters"],
    ["abcdef1!", "passwordUpper", "no capital"],
    ["Abcdefg!", "passwordDigit", "no digit"],
    ["Abcdefg1", "passwordSpecial", "no special character"],
    ["Éàbcde1!", undefined, "a capital with an accent"],
    [passphrase, undefined, "a sentence of a hundred characters"],
    ["Abcdef1 ", undefined, "a space is a special character"],
    ["Abcdef1€", undefined, "so is the euro"],
    ["Abcdef1_", undefined, "so is the underscore"],
    ["Abcdef1🙂", undefined, "so is a face, and it counts as one character"],
    ["Abcd1🙂🙂", "passwordShort", "7 characters though more in memory"],
    ["Abcdéf1g", "passwordSpecial", "a letter with an accent is no special character"],
    ["Abcdef٣!", undefined, "a digit of another script is a digit"],
    ["", "passwordShort", "nothing"],
  ])("%j → %s: %s", (password, fault, _why) => {
    expect(passwordFault(password)).toBe(fault);
  });

  test("the sentence above has a hundred characters", () => {
    expect([...passphrase]).toHaveLength(100);
  });

  test.each([
    [64, undefined],
    [128, undefined],
    [256, undefined],
    [257, "passwordLong"],
    [10_000, "passwordLong"],
  ])("a password of %i characters → %s", (length, fault) => {
    const start = "Correct cheval 9 batterie ";
    expect(passwordFault(start.padEnd(length, "agrafe du jardin "))).toBe(fault);
  });

  test("an accent typed as two signs counts as one character", () => {
    expect(passwordFault("E\u0301abcd1!")).toBe("passwordShort");
    expect(passwordFault("E\u0301abcde1!")).toBeUndefined();
  });
});

describe("passwords that everybody knows", () => {
  test.each([
    "P@ssw0rd1!",
    "Azerty123!",
    "Motdepasse1!",
    "Marseille13013!",
    "Password1!",
    "Passw0rd!",
    "Pa$$w0rd1",
    "Soleil2024!",
    "Bonjour1!",
    "Doudou59!",
    "Qwerty123$",
    "Smeno2026!",
    "MotDePasse-2026",
    "Mot de passe 1!",
    "1234567A!",
    "AAAAAAA1!",
    "Aaaaaaa1!",
    "Lola1!Lola1!",
    "!Azerty2024!",
    "JeTaime!1",
    "Août2026!",
    "Novembre-2026",
    "Mutuelle#1",
    "$0le1L2024",
  ])("%s is refused", (password) => {
    expect(passwordFault(password)).toBe("passwordCommon");
  });

  test.each(["Tourterelle-7", "Vélo bleu 42", "kX9$mQ2w", "Le soleil brille 1", "Azerty-Violon-3", "Demo-2026!"])(
    "%s is not one of them",
    (password) => {
      expect(passwordFault(password)).toBeUndefined();
    },
  );
});

describe("passwords that say something of the person", () => {
  const alice: PersonalData = {
    words: ["Alice Marie", "LEFÈVRE", null, "10000001", "A1000001", "alice.lefevre", "SMENO", undefined],
    birthDate: "2002-03-14",
  };

  test.each([
    ["Alice-Violon-7", "a first name"],
    ["xMARIEx-72", "the second first name, inside, in capitals"],
    ["Lefevre-Violon-7", "the name, without its accent"],
    ["LEFÈVRE!!77", "the name, with its accent"],
    ["Violon!10000001", "the member number"],
    ["Violon!a1000001", "the affiliate number, in small letters"],
    ["Violon-14032002", "the birth date"],
    ["Violon-20020314", "the birth date, year first"],
    ["Violon-140302", "the birth date, short year"],
    ["Violon 14/03/2002", "the birth date with strokes"],
    ["Violon-smeno-72", "the mutual"],
  ])("%s is refused: %s", (password) => {
    expect(passwordFault(password, alice)).toBe("passwordPersonal");
    expect(passwordFault(password)).toBeUndefined();
  });

  test.each(["Violon-1403-x", "Alic-Violon-7", "Violon-2002!"])("%s is not refused: too little of it", (password) => {
    expect(passwordFault(password, alice)).toBeUndefined();
  });

  test("short names do not forbid what happens to hold them", () => {
    const person: PersonalData = { words: ["Léa", "Ly", ""], birthDate: "2002-03-14" };
    expect(passwordFault("Cléant-Ly-Violon7", person)).toBeUndefined();
  });
});

test("any password has at most one fault, and a faultless one obeys the charter", () => {
  const signs = fc.constantFrom(..."aAéÉ1٣!  _€🙂ßŒ");
  fc.assert(
    fc.property(fc.array(signs, { maxLength: 30 }), (list) => {
      const password = list.join("");
      if (passwordFault(password) !== undefined) return;
      expect([...password.normalize("NFC")].length).toBeGreaterThanOrEqual(8);
      expect(password).toMatch(/\p{Nd}/u);
      expect(password).toMatch(/\p{Lu}/u);
      expect(password).toMatch(/[^\p{L}\p{N}]/u);
    }),
  );
});

test.each([
  ["a", "passwordDigit"],
  ["A1!", "passwordCommon"],
  ["A1!b", undefined],
])("the longest text a form lets through, of “%s” again and again, has a verdict", (piece, fault) => {
  expect(passwordFault(piece.repeat(256).slice(0, 256))).toBe(fault);
});
