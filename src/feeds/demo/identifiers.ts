/** An IBAN from its country and national part: the two check digits make the whole 1 modulo 97. */
export function makeIban(country: string, nationalPart: string): string {
  return `${country}${String(98 - remainder97(`${nationalPart}${country}00`)).padStart(2, "0")}${nationalPart}`;
}

/** A French IBAN of an account of digits, with its RIB key: bank and branch of 5 digits, account of 11. */
export function makeFrenchIban(bank: number, branch: number, account: number): string {
  const key = 97 - ((89 * (bank % 97) + 15 * (branch % 97) + 3 * (account % 97)) % 97);
  const digits = [String(bank).padStart(5, "0"), String(branch).padStart(5, "0"), String(account).padStart(11, "0")];
  return makeIban("FR", `${digits.join("")}${String(key).padStart(2, "0")}`);
}

/** The remainder by 97 of digits and capitals (A is 10, Z is 35), read from left to right. */
function remainder97(text: string): number {
  let remainder = 0;
  for (const character of text) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder;
}
