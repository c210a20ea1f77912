import type { RegistrationRequest } from "../../src/domain/registration.ts";
import type { Page } from "./browser.ts";
import type { Portal } from "./portal.ts";

export const newPassword = "Colza-Bleu-72";

type Fields = Record<string, string>;

/** Emma may register; no e-mail is on file. */
export const emma = {
  identifier: "10000005",
  birthDay: "17",
  birthMonth: "5",
  birthYear: "2003",
  email: "emma@personal.example",
  password: newPassword,
  charter: "on",
};

/** Manon may register; her e-mail is on file. */
export const manon = {
  ...emma,
  identifier: "10000018",
  birthDay: "11",
  birthMonth: "4",
  birthYear: "2003",
  email: "manon@demo.example",
};

/** Farid was born 15 years and 3 months before the demo was made; his e-mail is on file. */
export const farid = {
  ...emma,
  identifier: "10000006",
  birthDay: "23",
  birthMonth: "août",
  birthYear: "2011",
  email: "farid@demo.example",
  guardianName: "Nadia Benali",
  guardianEmail: "nadia@home.example",
};

/** What happens after an answer has happened. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));

/** Sends the form, and lets happen what happens after the answer. */
export async function register(portal: Portal, fields: Fields, address = "127.0.0.1"): Promise<Page> {
  const page = await portal.browser(address).post("/register", fields);
  await settled();
  return page;
}

/** The path of the link in the newest mail of a kind. */
export function linkIn(portal: Portal, recipient: string, kind: string): string {
  const mail = portal.mailsTo(recipient).findLast((sent) => sent.kind === kind);
  return /http:\/\/127\.0\.0\.1:8080(\/(?:activate|guardian)\/[\w-]{43})/.exec(mail?.text ?? "")?.[1] ?? "";
}

export const confirmationLink = (portal: Portal, recipient: string) =>
  linkIn(portal, recipient, "registration.confirmation");

/** The kinds of the mails to an address, oldest first. */
export const kindsTo = (portal: Portal, recipient: string) => portal.mailsTo(recipient).map(({ kind }) => kind);

/** The accounts of a person. */
export function accountsOf(portal: Portal, memberId: string) {
  return portal.db.$client
    .prepare<[string], { status: string; email: string; mobile: string | null; language: string }>(
      "SELECT status, email, mobile, language FROM accounts WHERE member_id = ?",
    )
    .all(memberId);
}

/** What the journal holds of a person, oldest first. */
export function factsOf(portal: Portal, memberId: string) {
  return portal.db.$client
    .prepare<[string], { kind: string; actor: string; at: number; details: string }>(
      "SELECT kind, actor, at, details FROM evidence WHERE member_id = ? ORDER BY sequence",
    )
    .all(memberId)
    .map(({ details, ...fact }) => ({ ...fact, details: JSON.parse(details) as Record<string, unknown> }));
}

/** What the back office is told of a person. */
export function outboundOf(portal: Portal, memberId: string) {
  return portal.db.$client
    .prepare<[string], { entity: string; content_sealed: Buffer }>(
      "SELECT entity, content_sealed FROM outbound WHERE member_id = ? ORDER BY outbound_id",
    )
    .all(memberId)
    .map(({ entity, content_sealed }) => ({
      entity,
      row: JSON.parse(portal.seal.open("outbound.content", content_sealed)) as Record<string, string>,
    }));
}

export const count = (portal: Portal, table: string) =>
  portal.db.$client.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get()!;

/** A request as it stands after the answer, for tests below HTTP. */
export function requestOf(portal: Portal, request: Partial<RegistrationRequest> = {}): RegistrationRequest {
  const choices = {
    newsletterSmeno: false,
    newsletterMutuelle: false,
    offers: false,
    partnerOffers: false,
    alertEmail: false,
    alertSms: false,
  };
  return {
    identifier: "10000018",
    birthDate: "2003-04-11",
    email: "manon@demo.example",
    passwordHash: "hash",
    choices,
    mobile: undefined,
    guardian: undefined,
    language: "fr",
    address: "127.0.0.1",
    at: Math.floor(portal.clock() / 1000),
    charter: { version: 4, sha256: "" },
    ...request,
  };
}
