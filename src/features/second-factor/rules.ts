import type { Challenge } from "../../domain/challenges.ts";
import { recoveryLength } from "../../domain/second-factors.ts";
import type { Deps } from "../../platform/deps.ts";

/** A code as a person typed it, and what it may be the code of: their lengths differ. */
export type GivenCode = { kind: "totp" | "mail" | "recovery" | "unknown"; code: string };

const totpLength = 6;
export const mailCodeLength = 8;

const kinds: Record<number, GivenCode["kind"]> = {
  [totpLength]: "totp",
  [mailCodeLength]: "mail",
  [recoveryLength]: "recovery",
};

/** Reads a code whatever the spaces, dashes and dots in it, and the width of its digits. */
export function readCode(typed: string): GivenCode {
  const code = typed.normalize("NFKC").replace(/[\s.\p{Pd}\p{Cf}]/gu, "");
  return { kind: (/^\d+$/.test(code) && kinds[code.length]) || "unknown", code };
}

/** `ABCDEFGH` → `ABCD EFGH`: what must be copied by hand is read in groups. */
export function inFours(text: string): string {
  return text.replace(/(.{4})(?=.)/g, "$1 ");
}

/**
 * What a passkey signs, made of the challenge that asks for it: nobody can tell it beforehand, each challenge has its
 * own, and it dies with it. So a page that shows it writes nothing.
 */
export function passkeyChallenge({ seal }: Pick<Deps, "seal">, { tokenHash }: Challenge): Buffer {
  return seal.hash("challenges.passkey", tokenHash.toString("hex"));
}
