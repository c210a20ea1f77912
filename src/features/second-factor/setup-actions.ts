import { Buffer } from "node:buffer";
import { findAccountHolder } from "../../domain/accounts.ts";
import { type Challenge, closeChallenge, findChallenge, openChallenge, tryChallenge } from "../../domain/challenges.ts";
import { type EvidenceKind, record } from "../../domain/evidence.ts";
import { queueMail } from "../../domain/outbox.ts";
import { dropFactor, hasSecondFactor, keepFactor, makeRecoveryCodes } from "../../domain/second-factors.ts";
import { seconds } from "../../lib/clock.ts";
import { fail, ok, type Result } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import { creationOptions, passkeySite, readNewPasskey } from "../../platform/passkeys.ts";
import type { Session } from "../../platform/sessions.ts";
import { findTotpStep, newTotpSecret, totpAddress } from "../../platform/totp.ts";
import { changedMail, type FactorChange } from "./mails.ts";
import { findPasskeys, findTotp, hasMailCode, isPasskeyKnown, secretPlace } from "./queries.ts";
import { passkeyChallenge, readCode } from "./rules.ts";

type SetupDeps = Pick<Deps, "config" | "db" | "clock" | "seal">;
type Owner = Pick<Session, "accountId" | "memberId">;

/** What a set-up keeps between its pages; the secrets are sealed. */
type Setup = { step: "totp"; secret: string } | { step: "passkey" } | { step: "codes"; codes: string };
type Step = Setup["step"];

/** The recovery codes that a change has made, as the cookie of the page that shows them; often none. */
type Changed = { codesToken: string | undefined };

/** Passkeys are for a few devices; a list without end is for nobody. */
const mostPasskeys = 10;
const codesPlace = "challenges.codes";
/** The key of an app waits for its first code in a set-up, and is sealed apart from those that count. */
const pendingPlace = "challenges.secret";

/** Begins to add an authenticator app. @returns the cookie of the set-up, or undefined when there is an app already. */
export function beginTotp(deps: SetupDeps, { accountId }: Owner): string | undefined {
  return write(deps.db, () => {
    if (findTotp(deps, accountId)) return undefined;
    const secret = deps.seal.seal(pendingPlace, newTotpSecret()).toString("base64");
    return openChallenge(deps, "setup", accountId, { state: { step: "totp", secret } satisfies Setup });
  });
}

/** The key to copy into the app, and the address that its QR code holds. */
export function totpSetup(deps: SetupDeps, owner: Owner, token: string | undefined) {
  const setup = findSetup(deps, owner, token, "totp");
  const holder = findAccountHolder(deps, owner.memberId);
  if (!setup || !holder) return undefined;
  const secret = pendingSecret(deps, setup.state);
  const { serviceName, name } = deps.config.organisation;
  return { secret, address: totpAddress(secret, { issuer: `${serviceName} ${name}`, label: holder.email }) };
}

/** The app counts from its first right code, which works for nothing else. */
export function confirmTotp(
  deps: SetupDeps,
  owner: Owner,
  token: string | undefined,
  typed: string,
): Result<Changed, "refused" | "lapsed"> {
  return write(deps.db, () => {
    const setup = findSetup(deps, owner, token, "totp");
    if (!setup || !tryChallenge(deps, "setup", token!)) return fail("lapsed");
    const secret = pendingSecret(deps, setup.state);
    const lastStep = findTotpStep(secret, readCode(typed).code, seconds(deps.clock), 0);
    if (lastStep === undefined) return fail("refused");
    if (!closeChallenge(deps, setup.challenge) || findTotp(deps, owner.accountId)) return fail("lapsed");
    const secretSealed = deps.seal.seal(secretPlace, secret);
    return ok(add(deps, owner, { kind: "totp", secretSealed, lastStep }));
  });
}

/** Begins to add a passkey. @returns the cookie of the set-up, or undefined where none can be added. */
export function beginPasskey(deps: SetupDeps, { accountId }: Owner): string | undefined {
  if (!passkeySite(deps.config.origin) || findPasskeys(deps, accountId).length >= mostPasskeys) return undefined;
  return openChallenge(deps, "setup", accountId, { state: { step: "passkey" } satisfies Setup });
}

/** What the browser is asked for to make a passkey. */
export function passkeySetup(deps: SetupDeps, owner: Owner, token: string | undefined) {
  const setup = findSetup(deps, owner, token, "passkey");
  const holder = findAccountHolder(deps, owner.memberId);
  const site = passkeySite(deps.config.origin);
  if (!setup || !holder || !site) return undefined;
  const { accountId, email, firstNames } = holder;
  const { serviceName, name } = deps.config.organisation;
  return creationOptions(site, {
    challenge: passkeyChallenge(deps, setup.challenge),
    owner: { accountId, name: email, displayName: firstNames.split(" ")[0]! },
    service: `${serviceName} ${name}`,
    known: findPasskeys(deps, accountId),
  });
}

/** Keeps the passkey that the browser has made; `label` is the kind of browser and system. */
export async function confirmPasskey(
  deps: SetupDeps,
  owner: Owner,
  token: string | undefined,
  { answer, label }: { answer: object; label: string },
): Promise<Result<Changed, "refused" | "lapsed">> {
  const setup = findSetup(deps, owner, token, "passkey");
  const site = passkeySite(deps.config.origin);
  if (!setup || !site || !tryChallenge(deps, "setup", token!)) return fail("lapsed");
  const passkey = await readNewPasskey(site, passkeyChallenge(deps, setup.challenge), answer);
  if (!passkey) return fail("refused");
  return write(deps.db, () => {
    if (!closeChallenge(deps, setup.challenge)) return fail("lapsed");
    // WebAuthn §7.1: a passkey that somebody has already is not taken a second time.
    if (isPasskeyKnown(deps, passkey.credentialId)) return fail("lapsed");
    const { transports, ...proof } = passkey;
    return ok(add(deps, owner, { kind: "passkey", label, ...proof, transports: JSON.stringify(transports) }));
  });
}

/** From now on a code may be sent to the address on file, which has been proven when the account was opened. */
export function addMailCode(deps: SetupDeps, owner: Owner): Changed {
  return write(deps.db, () =>
    hasMailCode(deps, owner.accountId) ? { codesToken: undefined } : add(deps, owner, { kind: "mail" }),
  );
}

/** @returns false when the factor is not theirs. */
export function removeFactor(deps: SetupDeps, owner: Owner, factorId: string): boolean {
  return write(deps.db, () => {
    const kind = dropFactor(deps, owner.accountId, factorId);
    if (!kind) return false;
    tell(deps, owner, { act: "removed", kind });
    return true;
  });
}

/** Makes new recovery codes: the old ones are worth nothing any more. Undefined when nothing is on. */
export function renewRecoveryCodes(deps: SetupDeps, owner: Owner): string | undefined {
  return write(deps.db, () => {
    if (!hasSecondFactor(deps, owner.accountId)) return undefined;
    const codesToken = makeCodes(deps, owner);
    tell(deps, owner, { act: "codesMade" });
    return codesToken;
  });
}

/** The recovery codes just made, until their owner says to have kept them, and for ten minutes at most. */
export function shownRecoveryCodes(deps: SetupDeps, owner: Owner, token: string | undefined): string[] | undefined {
  const setup = findSetup(deps, owner, token, "codes");
  return setup && (JSON.parse(deps.seal.open(codesPlace, Buffer.from(setup.state.codes, "base64"))) as string[]);
}

/** The codes are kept: they are never shown again. */
export function hideRecoveryCodes(deps: SetupDeps, owner: Owner, token: string | undefined): void {
  write(deps.db, () => {
    const setup = findSetup(deps, owner, token, "codes");
    if (setup) closeChallenge(deps, setup.challenge);
  });
}

type NewFactor = Parameters<typeof keepFactor>[2];

/** Keeps a factor, with ten recovery codes when it is the first. */
function add(deps: SetupDeps, owner: Owner, factor: NewFactor): Changed {
  const { accountId, memberId } = owner;
  const isFirst = !hasSecondFactor(deps, accountId);
  keepFactor(deps, accountId, factor);
  tell(deps, owner, { act: "added", kind: factor.kind });
  if (!isFirst) return { codesToken: undefined };
  record(deps, { kind: "recovery-codes.made", memberId, actor: "member" });
  return { codesToken: makeCodes(deps, owner) };
}

function makeCodes(deps: SetupDeps, { accountId }: Owner): string {
  const codes = deps.seal.seal(codesPlace, JSON.stringify(makeRecoveryCodes(deps, accountId))).toString("base64");
  return openChallenge(deps, "setup", accountId, { state: { step: "codes", codes } satisfies Setup });
}

const kindOf = {
  added: "second-factor.added",
  removed: "second-factor.removed",
  codesMade: "recovery-codes.made",
} as const satisfies Record<FactorChange["act"], EvidenceKind>;

/** Each change stands in the journal, and is mailed to the owner: a stranger could not make one unseen. */
function tell(deps: SetupDeps, { memberId }: Owner, change: FactorChange): void {
  const details = change.act === "codesMade" ? {} : { kind: change.kind };
  record(deps, { kind: kindOf[change.act], memberId, actor: "member", details });
  const holder = findAccountHolder(deps, memberId);
  if (!holder) return;
  const { email, language } = holder;
  const body = changedMail(deps.config, holder, change, seconds(deps.clock));
  queueMail(deps, { kind: "second-factor.changed", memberId, to: email, language, body, urgent: true });
}

/** The living set-up of a cookie, if it is this person's and at this step. */
function findSetup<S extends Step>(
  deps: Pick<Deps, "db" | "clock">,
  { accountId }: Owner,
  token: string | undefined,
  step: S,
): { challenge: Challenge; state: Extract<Setup, { step: S }> } | undefined {
  const challenge = token === undefined ? undefined : findChallenge(deps, "setup", token);
  if (challenge?.accountId !== accountId) return undefined;
  const state = JSON.parse(challenge.state) as Setup;
  return state.step === step ? { challenge, state: state as Extract<Setup, { step: S }> } : undefined;
}

function pendingSecret({ seal }: Pick<Deps, "seal">, { secret }: { secret: string }): string {
  return seal.open(pendingPlace, Buffer.from(secret, "base64"));
}
