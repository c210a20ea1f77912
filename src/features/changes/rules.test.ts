import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readAccount, readAddress, readCode, readContact, refusedSign } from "./rules.ts";

const lille = { line1: "Mme Alice MARTIN", line4: "12 rue des Lilas", line6: "59000 Lille", country: "FR" };

describe("an address", () => {
  test("is put as the post wants it: last lines in capitals, without punctuation", () => {
    const typed = {
      ...lille,
      line2: "Apt 3, étage 2",
      line3: " Résidence  Les Tilleuls ",
      line4: "12, rue de l’Église.",
    };
    expect(readAddress(typed)).toMatchObject({
      ok: true,
      value: {
        lines: [
          "Mme Alice MARTIN",
          "Apt 3, étage 2",
          "Résidence Les Tilleuls",
          "12 RUE DE L’ÉGLISE",
          "",
          "59000 LILLE",
        ],
        country: "FR",
      },
    });
  });

  test.each([
    ["line2", "Chez Ọlá ọ́"],
    ["line3", "Gal·la"],
    ["line3", "Westward Ho!"],
    ["line4", "12½ RUE DES LILAS"],
    ["line5", "№ 3", "NO 3"],
    ["line2", "ＡＰＴ\u00a0３", "APT 3"],
    ["line6", "80190 Y"],
    ["line6", "59000 NGUYỄN"],
  ] as const)("may have in %s %s", (name, text, shown: string = text) => {
    const read = readAddress({ ...lille, [name]: text });
    expect(read.ok && read.value.lines[Number(name.at(-1)) - 1]).toBe(shown);
  });

  test.each([
    ["Bât. 😀 <b>", "😀"],
    ["a<b😀", "<"],
    ["1️⃣ rue", "1️⃣"],
    ["山田", "山"],
    ["a\u200bb", "U+200B"],
    ["a\u0007b", "U+0007"],
    ["a\u{378}b", "U+0378"],
    ["a b", undefined],
  ])("says what of %j is refused: %s", (line, sign) => {
    expect(refusedSign(line)).toBe(sign);
  });

  test.each([
    ["59 040 Lille Cedex", "59040 LILLE CEDEX"],
    ["20000 Ajaccio", "20000 AJACCIO"],
    ["97400 Saint-Denis", "97400 SAINT-DENIS"],
    ["98800 Nouméa", "98800 NOUMÉA"],
    ["75001 Paris 1er", "75001 PARIS 1ER"],
  ])("in France may end in %s", (line6, shown) => {
    const read = readAddress({ ...lille, line6 });
    expect(read.ok && read.value.lines[5]).toBe(shown);
  });

  test.each([
    ["Lille"],
    ["59000"],
    ["5900 Lille"],
    ["590000 Lille"],
    ["00100 Ville"],
    ["96000 Ville"],
    ["99100 Ville"],
    ["B-1000 Bruxelles"],
    ["59000 -"],
    ["59000 '(2)"],
  ])("in France may not end in %s", (line6) => {
    expect(readAddress({ ...lille, line6 })).toMatchObject({ ok: false, faults: { line6: "addressPostcode" } });
  });

  test("needs a name, a street or a hamlet, and a town", () => {
    expect(readAddress({})).toMatchObject({
      ok: false,
      faults: { line1: "required", line4: "addressStreet", line6: "required" },
    });
    expect(readAddress({ ...lille, line4: "", line5: "Le Bourg" }).ok).toBe(true);
    expect(readAddress({ ...lille, line4: " \u00a0 " })).toMatchObject({ faults: { line4: "addressStreet" } });
  });

  test.each([["line1"], ["line2"], ["line3"], ["line4"], ["line5"]])("has 38 characters at most in %s", (name) => {
    expect(readAddress({ ...lille, [name]: "A".repeat(38) }).ok).toBe(true);
    expect(readAddress({ ...lille, [name]: "A".repeat(39) })).toMatchObject({ faults: { [name]: "addressLong" } });
    // What capitals make longer counts as it is printed.
    const read = readAddress({ ...lille, [name]: `${"A".repeat(37)}ß` });
    expect(read.ok).toBe(name < "line4");
  });

  test("has 38 characters at most in the line of the town too", () => {
    expect(readAddress({ ...lille, line6: `59000 ${"A".repeat(32)}` }).ok).toBe(true);
    expect(readAddress({ ...lille, line6: `59000 ${"A".repeat(33)}` })).toMatchObject({
      faults: { line6: "addressLong" },
    });
  });

  test.each([
    ["a\u0001b"],
    ["a\tb"],
    ["a\nb"],
    ["a\u007fb"],
    ["a\u200bb"],
    ["\u202ea"],
    ["a\ufe0f"],
    ["😀"],
    ["1️⃣ rue"],
    ["🇫🇷"],
    ["<b>"],
    ["Иван"],
    ["山田"],
    ["١٢"],
    ["a|b"],
  ])("takes no %j", (odd) => {
    for (const name of ["line1", "line2", "line4", "line6"])
      expect(readAddress({ ...lille, [name]: odd })).toMatchObject({ faults: { [name]: "addressCharacters" } });
  });

  test("abroad ends as it is written there, in Latin letters", () => {
    for (const [country, line6] of [
      ["BE", "1000 Bruxelles"],
      ["GB", "London SW1A 1AA"],
      ["PL", "00-950 Łódź"],
      ["IE", "Dublin 2"],
      ["DE", "10115 Berlin"],
    ] as const) {
      const read = readAddress({ ...lille, country, line6 });
      expect(read.ok && read.value).toMatchObject({ country });
      expect(read.ok && read.value.lines[5]).toBe(line6.toUpperCase());
    }
    expect(readAddress({ ...lille, country: "BE", line6: "1000" })).toMatchObject({ faults: { line6: "addressTown" } });
    expect(readAddress({ ...lille, country: "NO", line6: "8392 Å" }).ok).toBe(true);
    expect(readAddress({ ...lille, country: "RE", line6: "Saint-Denis" })).toMatchObject({
      faults: { line6: "addressPostcode" },
    });
  });

  test.each(["XX", "France", "F", "FRA", "<FR>"])("is in no country %s", (country) => {
    expect(readAddress({ ...lille, country })).toMatchObject({ faults: { country: "notAChoice" } });
  });

  test("is never longer than the post prints, whatever is typed", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 60 }), { minLength: 6, maxLength: 6 }), (lines) => {
        const typed = Object.fromEntries(lines.map((line, index) => [`line${index + 1}`, line]));
        const read = readAddress({ ...typed, country: "BE" });
        if (read.ok) for (const line of read.value.lines) expect(line).toMatch(/^[^\p{C}]{0,38}$/u);
      }),
    );
  });
});

const present = { email: "a@b.example", mobile: null, mobileVerifiedAt: null, phone: null };

describe("what a form of contact asks for", () => {
  test("nothing, when nothing changed", () => {
    const typed = { email: " A@B.example ", mobile: "" };
    expect(readContact(typed, present)).toMatchObject({ faults: { email: "nothingChanged" } });
    expect(
      readContact({ email: "a@b.example" }, { ...present, mobile: "+33612345678", mobileVerifiedAt: 1 }),
    ).toMatchObject({
      ok: false,
    });
  });

  test("one or both", () => {
    expect(readContact({ email: "c@b.example", mobile: "" }, present)).toEqual({
      ok: true,
      value: { email: "c@b.example" },
    });
    expect(readContact({ email: "c@b.example", mobile: "0612345678" }, present)).toEqual({
      ok: true,
      value: { email: "c@b.example", mobile: "+33612345678" },
    });
  });

  test("to have no number any more, when it was emptied", () => {
    const known = { ...present, phone: "+33612345678" };
    expect(readContact({ email: "a@b.example", mobile: "" }, known)).toEqual({ ok: true, value: { mobile: null } });
    // A landline is not shown in the form: it cannot have been emptied.
    expect(readContact({ email: "a@b.example", mobile: "" }, { ...present, phone: "+33320123456" }).ok).toBe(false);
  });

  test("to prove the number that was only typed, when it is sent as it is", () => {
    const typed = { email: "a@b.example", mobile: "06 12 34 56 78" };
    const known = { ...present, mobile: "+33612345678" };
    expect(readContact(typed, known)).toEqual({ ok: true, value: { mobile: "+33612345678" } });
    expect(readContact(typed, { ...known, mobileVerifiedAt: 1 })).toMatchObject({
      faults: { email: "nothingChanged" },
    });
    // With another address, the number is only what the form began with.
    expect(readContact({ ...typed, email: "c@b.example" }, known)).toEqual({
      ok: true,
      value: { email: "c@b.example" },
    });
  });

  test("and both faults at once", () => {
    expect(readContact({ email: "a@", mobile: "06" }, present)).toMatchObject({
      faults: { email: "email", mobile: "mobile" },
    });
  });

  test.each(["06", "0320123456", "+33", "abc", "06 12 34 56 7😀"])("not %s", (mobile) => {
    expect(readContact({ email: "a@b.example", mobile }, present)).toMatchObject({ faults: { mobile: "mobile" } });
  });
});

describe("a bank account", () => {
  const good = { iban: "fr76 3000 4001 2300 0004 5678 904", bic: "", holder: "Alice MARTIN" };

  test("is read", () => {
    expect(readAccount(good)).toEqual({
      ok: true,
      value: { iban: "FR7630004001230000045678904", bic: null, holder: "Alice MARTIN" },
    });
  });

  test.each([
    ["iban", "FR7630004001230000045678960", "ibanKey"],
    ["iban", "FR76300040012300000456789", "ibanLength"],
    ["iban", "12345", "ibanCountry"],
    ["iban", "TR330006100519786457841326", "ibanNotSepa"],
    ["bic", "AGRI", "bic"],
    ["holder", "1234", "holderName"],
    ["holder", "A", "holderName"],
    ["holder", "😀😀", "holderName"],
    ["holder", "Alice\u0001Martin", "holderCharacters"],
    ["holder", "<Alice>", "holderCharacters"],
    ["holder", "王小明", "holderCharacters"],
  ])("with the %s %j is refused: %s", (field, value, fault) => {
    expect(readAccount({ ...good, [field]: value })).toMatchObject({ ok: false, faults: { [field]: fault } });
  });

  test.each(["Ọlá Ọ́", "Gal·la PUIG", "NGUYỄN Thị Ánh", "Zoë O’Brien-Łukasz", "M. et Mme J. MARTIN", "D'Ornano (SCI)"])(
    "may be held by %s",
    (holder) => {
      expect(readAccount({ ...good, holder }).ok).toBe(true);
    },
  );
});

test("a code is read as it is typed", () => {
  expect(readCode(" 123 456 ")).toBe("123456");
  expect(readCode("１２３４５６")).toBe("123456");
  expect(readCode("\u202a123\u200b456\u202c")).toBe("123456");
});
