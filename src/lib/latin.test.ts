import { expect, test } from "vitest";
import { toLatin } from "./latin.ts";

test.each([
  ["Иван Щербаков", "Ivan Shcherbakov"],
  ["ЩЕРБАКОВ", "SHCHERBAKOV"],
  ["Юлія Ґалаґан", "Iuliia Galagan"],
  ["Сергій", "Sergii"],
  ["Гульназ", "Gulnaz"],
  ["Αλέξανδρος Παπαδόπουλος", "Alexandros Papadopoulos"],
  ["ΜΑΡΊΑ ΜΠΟΎΡΑ", "MARIA MPOURA"],
  ["محمد", "Mhmd"],
  ["مُحَمَّد", "Mhmd"],
  ["שרה כהן", "Shrh Khn"],
  ["王 小明", "Wang Xiaoming"],
  ["𠮷野", "Kichiye"],
  ["タロウ・スミス", "Tarou-Sumisu"],
  ["김 민준", "Gim Minjun"],
  ["राहुल", "Rahul"],
  ["क्\u200dष", "Ks"],
  ["สมชาย", "Smchay"],
  ["አበበ", "Abebe"],
  ["გიორგი", "Giorgi"],
  ["Արամ ՊԵՏՐՈՍՅԱՆ", "Aram PETROSYAN"],
  ["ＭＡＲＩＥ　１２", "MARIE 12"],
  ["ٹیپو", "Typw"],
])("%s is written %s", (text, latin) => {
  expect(toLatin(text)).toBe(latin);
});

// The last is a letter of no script yet.
test.each([
  "Łódź Ðorđević Nguyễn Şahin Åsa Œuvrard",
  "d’Hondt « L’été » – 12 € …",
  "Ọlá ọ́ Gal·la ½",
  "👩‍🎓",
  "",
  "\u{378}",
])("%s stays as it is", (text) => {
  expect(toLatin(text)).toBe(text);
});

test("letters and accents given apart are put together, and nothing of any text makes it fail", () => {
  expect(toLatin("E\u0301lodie И\u0306")).toBe("Élodie I");
  for (let codePoint = 0; codePoint < 0x3000; codePoint++) toLatin(String.fromCodePoint(codePoint).repeat(2));
  expect(toLatin("\ud800Ж")).toBe("\ud800Zh");
});
