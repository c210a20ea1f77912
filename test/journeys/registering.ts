import type { ParsedMail } from "mailparser";
import type { Page } from "playwright-core";
import { birthDateOf, demoPersonas } from "../../src/feeds/demo/personas.ts";
import { type Day, parisDay } from "../../src/lib/dates.ts";
import { type Server, until } from "../kit/server.ts";

export const password = "Quatre-Chemins-77";

export type Newcomer = { identifier: string; birth: Day; email: string; guardianEmail?: string };

/** May register; no e-mail is on file. */
export const emma: Newcomer = { identifier: "10000005", birth: "2003-05-17", email: "emma@personal.example" };

/** May register; the e-mail on file is the one typed. */
export const ange: Newcomer = { identifier: "10000012", birth: "2002-11-19", email: "ange-marie@demo.example" };

/** A minor, in a demo made today. */
export const farid = (): Newcomer => ({
  identifier: "10000006",
  birth: birthDateOf(demoPersonas.farid, parisDay(Date.now())),
  email: "farid@demo.example",
  guardianEmail: "nadia@home.example",
});

/** The fields of the form, for those who send them without a browser. */
export function fieldsOf({ identifier, birth, email, guardianEmail }: Newcomer): Record<string, string> {
  const [birthYear = "", birthMonth = "", birthDay = ""] = birth.split("-");
  const guardian = guardianEmail ? { guardianName: "Nadia Benali", guardianEmail } : {};
  return { identifier, birthDay, birthMonth, birthYear, email, password, charter: "on", ...guardian };
}

/** Fills in the form and sends it. */
export async function registerIn(page: Page, newcomer: Newcomer): Promise<void> {
  await page.goto("/register");
  const { charter: _ticked, ...texts } = fieldsOf(newcomer);
  for (const [name, value] of Object.entries(texts)) await page.fill(`#${name}`, value);
  await page.check("#charter");
  await page.click("main form button[type=submit]");
  await page.waitForURL("**/register?sent");
}

/** The mail that something brings to an address, which may have had others before. */
export async function mailAfter(
  server: Server,
  recipient: string,
  happening: () => Promise<unknown>,
): Promise<ParsedMail> {
  const before = (await server.mails(recipient)).length;
  await happening();
  return until(async () => (await server.mails(recipient))[before]);
}

/** The path of the question to the legal representative. */
export function questionIn({ text = "" }: ParsedMail): string {
  return /\/guardian\/[\w-]+/.exec(text)![0];
}
