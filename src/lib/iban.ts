/** `FR76 •••• 189`: the country with its key, and the last three characters; for screens and mails. */
export function maskIban(iban: string): string {
  return `${iban.slice(0, 4)} •••• ${iban.slice(-3)}`;
}
