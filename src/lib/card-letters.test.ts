import { expect, test } from "vitest";
import { cutAtWord, toCardLetters } from "./card-letters.ts";

test.each([
  ["LEFÈVRE-ROUSSEL", "LEFÈVRE-ROUSSEL"],
  ["D’HONDT", "D'HONDT"],
  ["NGUYỄN Thị Minh Châu", "NGUYÊN Thi Minh Châu"],
  ["Łódź Đorđević Şahin Åsa", "Łódź Đorđević Şahin Åsa"],
  ["Œuvrard Țepeș", "OEuvrard Tepes"],
  ["Иван Щербаков", "Ivan Shcherbakov"],
  ["Αλέξανδρος", "Alexandros"],
  ["محمد", "Mhmd"],
  ["王", "Wang"],
  ["  Anne \u00a0 Marie ", "Anne Marie"],
  ["E\u0301lodie", "Élodie"],
])("%s is written %s", (name, written) => {
  expect(toCardLetters(name)).toBe(written);
});

test.each(["😀", "Alice 😀", "𒀀𒀁", "\ud800", "\u00ad"])("%s cannot be written", (name) => {
  expect(toCardLetters(name)).toBeUndefined();
});

test("nothing of any text makes it fail, and what it gives is in the letters of the card", () => {
  for (let codePoint = 0x20; codePoint < 0x3000; codePoint++) {
    const written = toCardLetters(String.fromCodePoint(codePoint).repeat(2));
    if (written !== undefined) expect([codePoint, toCardLetters(written)]).toEqual([codePoint, written]);
  }
});

test("a long name ends between two words, or where it must", () => {
  expect(cutAtWord("DE ALBUQUERQUE", 40)).toBe("DE ALBUQUERQUE");
  expect(cutAtWord("DE ALBUQUERQUE E VASCONCELOS DE OLIVEIRA FIGUEIREDO", 40)).toBe(
    "DE ALBUQUERQUE E VASCONCELOS DE OLIVEIRA",
  );
  expect(cutAtWord("A".repeat(41), 40)).toBe("A".repeat(40));
  expect(cutAtWord(`${"A".repeat(40)} B`, 40)).toBe("A".repeat(40));
});
