import { totpCode } from "../../src/platform/totp.ts";
import { until } from "../kit/server.ts";

export type StaffName = "adviser" | "admin";

/**
 * What somebody of the demo's mutual signs in with: the start of the portal has said the key of the authenticator.
 * Each code is good once.
 */
export async function staffFields(server: { output(): string }, who: StaffName, password: string) {
  const email = `${who}@demo.example`;
  const secret = await until(() => new RegExp(`${email}\\s+TOTP secret (\\w+)`).exec(server.output())?.[1]);
  return { email, password, code: totpCode(secret, Math.floor(Date.now() / 1000)) };
}

/** Days of a stay that begins in two months, by the names of the boxes. */
export function stayInTwoMonths(now = Date.now()): Record<string, string> {
  const [departure, back] = [60, 74].map((days) =>
    new Date(now + days * 86_400_000).toISOString().split("T")[0]!.split("-"),
  );
  const boxes = (name: string, [year, month, day]: string[]) => [
    [`${name}Day`, String(Number(day))],
    [`${name}Month`, String(Number(month))],
    [`${name}Year`, year!],
  ];
  return Object.fromEntries([...boxes("departure", departure!), ...boxes("return", back!)]) as Record<string, string>;
}

/** A file `ceam` as the back office writes it: how far the cards asked for have come. */
export const ceamFile = (requestId: string, memberId: string, status: string) =>
  `op;version;maj_le;demande_id;personne_id;statut;num_carte;expire_le\nU;1;2026-11-24T06:00:00+01:00;${requestId};${memberId};${status};;\n`;
