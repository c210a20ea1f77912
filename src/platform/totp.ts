import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { HOTP, Secret, TOTP } from "otpauth";

/** What every authenticator app can do: RFC 6238 with SHA-1, six digits, a step of 30 seconds. */
const period = 30;
const digits = 6;
/** RFC 4226 recommends 160 bits. */
const secretBytes = 20;
/** RFC 6238 §5.2: a step before and one after, for clocks that differ and codes typed slowly. */
const drift = 1;

/** A new key for an authenticator app, in base32. */
export function newTotpSecret(): string {
  return new Secret({ size: secretBytes }).base32;
}

/** The address that the QR code of a key holds: authenticator apps read it. */
export function totpAddress(secret: string, { issuer, label }: { issuer: string; label: string }): string {
  return new TOTP({ issuer, label, secret, digits, period }).toString();
}

/** The code of a key at a moment (seconds), as its authenticator app shows it. */
export function totpCode(secret: string, at: number): string {
  return codeOf(Secret.fromBase32(secret), stepAt(at));
}

/**
 * Finds the step of time a code was made in, among the present one and its neighbours; steps up to `usedStep` have
 * had their code used, and count no more. `now` in seconds.
 */
export function findTotpStep(secret: string, code: string, now: number, usedStep: number): number | undefined {
  const key = Secret.fromBase32(secret);
  const given = Buffer.from(code);
  const steps = [-drift, 0, drift].map((offset) => stepAt(now) + offset);
  // Each step is looked at, whatever the one before gave.
  const fitting = steps.filter((step) => {
    const expected = Buffer.from(codeOf(key, step));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  return fitting.find((step) => step > usedStep);
}

function stepAt(seconds: number): number {
  return Math.floor(seconds / period);
}

function codeOf(secret: Secret, counter: number): string {
  return HOTP.generate({ secret, counter, digits });
}
