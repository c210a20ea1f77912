import { Buffer } from "node:buffer";
import { isIP } from "node:net";
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from "@simplewebauthn/server";

/** Where passkeys are used: the public address of the portal, and its host, which they are bound to. */
export type PasskeySite = { origin: string; host: string };

/** A passkey as the base keeps it. */
export type Passkey = { credentialId: string; publicKey: Buffer; signCount: number; transports: string[] };

/** The place of a portal, or undefined when browsers refuse passkeys there: at a bare IP address, or over plain http. */
export function passkeySite(origin: string): PasskeySite | undefined {
  const { hostname: host, protocol } = new URL(origin);
  const isSafe = protocol === "https:" || host === "localhost" || host.endsWith(".localhost");
  return isSafe && isIP(host.replace(/^\[|\]$/g, "")) === 0 ? { origin, host } : undefined;
}

/** ES256, then RS256 for Windows: what every authenticator has one of. */
const algorithms = [-7, -257];
const timeout = 5 * 60 * 1000;

type Owner = { accountId: string; name: string; displayName: string };

/**
 * What `navigator.credentials.create` is asked for (WebAuthn §5.4), as JSON.
 * @param known the passkeys the owner has: their authenticators refuse to make a second one.
 */
export function creationOptions(
  { host }: PasskeySite,
  { challenge, owner, service, known }: { challenge: Buffer; owner: Owner; service: string; known: Passkey[] },
) {
  const { accountId, name, displayName } = owner;
  return {
    rp: { id: host, name: service },
    user: { id: Buffer.from(accountId).toString("base64url"), name, displayName },
    challenge: challenge.toString("base64url"),
    pubKeyCredParams: algorithms.map((alg) => ({ type: "public-key", alg })),
    timeout,
    excludeCredentials: known.map(descriptor),
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
    attestation: "none",
  };
}

/** What `navigator.credentials.get` is asked for (WebAuthn §5.5), as JSON. */
export function requestOptions({ host }: PasskeySite, { challenge, known }: { challenge: Buffer; known: Passkey[] }) {
  return {
    rpId: host,
    challenge: challenge.toString("base64url"),
    timeout,
    allowCredentials: known.map(descriptor),
    userVerification: "preferred",
  };
}

/** The passkey that a browser has just made, or undefined when its answer does not fit what it was asked. */
export async function readNewPasskey(
  { origin, host }: PasskeySite,
  challenge: Buffer,
  answer: object,
): Promise<Passkey | undefined> {
  const { verifyRegistrationResponse } = await load();
  const checked = await orNothing(
    verifyRegistrationResponse({
      response: answer as RegistrationResponseJSON,
      expectedChallenge: challenge.toString("base64url"),
      expectedOrigin: origin,
      expectedRPID: host,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    }),
  );
  if (!checked?.verified) return undefined;
  const { id, publicKey, counter, transports } = checked.registrationInfo.credential;
  const names = Array.isArray(transports) ? transports.filter((name) => knownTransports.has(name)) : [];
  return { credentialId: id, publicKey: Buffer.from(publicKey), signCount: counter, transports: names };
}

/** The new count of uses of a passkey that has signed the challenge; undefined when it has not, or is a copy. */
export async function readPasskeyUse(
  { origin, host }: PasskeySite,
  challenge: Buffer,
  { credentialId, publicKey, signCount }: Passkey,
  answer: object,
): Promise<number | undefined> {
  const { verifyAuthenticationResponse } = await load();
  const checked = await orNothing(
    verifyAuthenticationResponse({
      response: answer as AuthenticationResponseJSON,
      expectedChallenge: challenge.toString("base64url"),
      expectedOrigin: origin,
      expectedRPID: host,
      requireUserVerification: false,
      credential: { id: credentialId, publicKey: Uint8Array.from(publicKey), counter: signCount },
    }),
  );
  return checked?.verified ? checked.authenticationInfo.newCounter : undefined;
}

/** Fifteen megabytes that only those who use a passkey need. */
const load = () => import("@simplewebauthn/server");

/** The package throws for whatever is wrong with what a browser sent. */
function orNothing<V>(work: Promise<V>): Promise<V | undefined> {
  return work.catch(() => undefined);
}

const knownTransports = new Set(["ble", "cable", "hybrid", "internal", "nfc", "smart-card", "usb"]);

function descriptor({ credentialId, transports }: Passkey) {
  return { type: "public-key", id: credentialId, transports };
}
