import { bankUsages } from "../../domain/changes.ts";
import type { EvidenceKind, FilePart } from "../../domain/evidence.ts";
import { fileParts } from "../../domain/evidence.ts";
import { openingReasons } from "../../domain/file-openings.ts";
import { choiceChannels, choices } from "../../domain/preferences.ts";
import { rightKinds } from "../../domain/rights-requests.ts";
import { declarationReasons } from "../../domain/vitale-declarations.ts";
import type { T } from "../../platform/i18n.ts";
import { clientName } from "../../web/client.ts";
import { cardStates, caseKinds, certificateKinds, changeKinds, formNames, mailKinds } from "./kinds.ts";

/** A row of the journal of an account: `at` in seconds, `details` as they were written. */
export type Act = {
  sequence: number;
  at: number;
  kind: EvidenceKind;
  actor: string;
  details: Record<string, unknown>;
};

/** What was done, in words. A reading by staff says what was read; a case, who asked for it. */
export function sentenceOf(t: T, { kind, actor, details }: Act): string {
  const read = actor === "staff" ? oneOf<FilePart>(fileParts, details.what) : undefined;
  if (read) return t(`account:activity.readings.${read}`);
  if (kind === "case.opened") {
    const opener = openerOf(actor, details);
    if (opener) return t(`account:activity.openers.${opener}`);
  }
  return t(`account:activity.kinds.${kind}`);
}

/** Who asked for a case. Those from before this was written say only what they are about. */
function openerOf(actor: string, { about }: Act["details"]) {
  if (actor === "member" || about === "charter_contest") return "member";
  return oneOf(["visitor", "staff", "import"], actor);
}

/**
 * What tells an act of one's own from a stranger's: each kind of act shows what is listed here, and nothing else of
 * what was written with it.
 */
export function detailsOf(t: T, { kind, details }: Act, organisation: string): string[] {
  return (tellers[kind]?.(say(t, organisation), details) ?? []).filter((text) => text !== undefined);
}

type Say = ReturnType<typeof say>;
type Teller = (say: Say, details: Act["details"]) => (string | undefined)[];

const change: Teller = (say, details) => [say.change(details)];
const client: Teller = (say, details) => [say.client(details)];
const version: Teller = (say, details) => [say.version(details)];
const mail: Teller = (say, details) => [say.mail(details)];
const list: Teller = (say, details) => [say.list(details), say.channel(details), say.client(details)];
const factor: Teller = (say, details) => [say.factor(details)];
const right: Teller = (say, details) => [say.right(details)];

const tellers: Partial<Record<EvidenceKind, Teller>> = {
  "account.frozen": (say, details) => [say.frozenBy(details)],
  "case.closed": (say, details) => [say.case(details)],
  "case.opened": (say, details) => [say.case(details), say.about(details)],
  "certificate.issued": (say, details) => [say.certificate(details)],
  "change.cancelled": change,
  "change.confirmed": change,
  "change.requested": (say, details) => [say.change(details), say.client(details)],
  "change.settled": (say, details) => [say.change(details), say.result(details)],
  "charter.accepted": version,
  "charter.approved": (say, details) => [say.version(details), say.approvedBy(details)],
  "charter.contested": (say, details) => [say.version(details), say.case(details)],
  "charter.notified": version,
  "charter.seen": version,
  "consent.given": list,
  "consent.withdrawn": list,
  "device.copied": client,
  "device.remembered": client,
  "document.downloaded": (say, details) => [say.form(details)],
  "file.read": (say, details) => [say.opening(details)],
  "ehic.moved": (say, details) => [say.card(details)],
  "mail.bounced": mail,
  "mail.dead": mail,
  "mail.retried": mail,
  "mail.sent": mail,
  "password.changed": (say, details) => [say.passwordBy(details)],
  "rights.recorded": right,
  "rights.settled": right,
  "second-factor.added": factor,
  "second-factor.refused": client,
  "second-factor.removed": factor,
  "session.ended-elsewhere": (say, details) => [say.client(details), say.all(details)],
  "session.started": (say, details) => [say.client(details), say.way(details)],
  "sign-in.refused": (say, details) => [say.client(details), say.again(details)],
  "vitale.declared": (say, details) => [say.reason(details)],
};

function say(t: T, organisation: string) {
  return {
    client({ label, network }: Act["details"]) {
      if (typeof label !== "string") return undefined;
      const name = clientName(t, label);
      return isNetwork(network) ? t("account:activity.details.client", { client: name, network }) : name;
    },
    way({ by }: Act["details"]) {
      const way = oneOf(["password", "device"], by);
      return way && t(`account:activity.details.way.${way}`);
    },
    again: ({ at }: Act["details"]) => (typeof at === "string" ? t("account:activity.details.again") : undefined),
    all: ({ all }: Act["details"]) => (all === true ? t("account:activity.details.all") : undefined),
    version: ({ version }: Act["details"]) =>
      typeof version === "number" ? t("account:activity.details.version", { number: version }) : undefined,
    approvedBy({ by }: Act["details"]) {
      const reason = oneOf(["use", "silence"], by);
      return reason && t(`account:activity.details.approved.${reason}`);
    },
    frozenBy({ by }: Act["details"]) {
      const way = oneOf(["session", "link", "staff", "feed"], by);
      return way && t(`account:activity.details.frozen.${way}`);
    },
    passwordBy({ by }: Act["details"]) {
      const way = oneOf(["change", "reset"], by);
      return way && t(`account:activity.details.password.${way}`);
    },
    /** What a request is about, never what it asks for: a bank account by its use. */
    change({ about, usage }: Act["details"]) {
      const kind = oneOf(changeKinds, about);
      if (kind) return t(`changes:kinds.${kind}`);
      const use = about === "iban" ? oneOf(bankUsages, usage) : undefined;
      return use && t(`changes:usages.${use}`, { organisation });
    },
    result({ result }: Act["details"]) {
      const answer = oneOf(["applied", "refused"], result);
      return answer && t(`account:activity.details.result.${answer}`);
    },
    certificate({ certificate }: Act["details"]) {
      const kind = oneOf(certificateKinds, certificate);
      return kind && t(`documents:kinds.${kind}.title`);
    },
    card({ state }: Act["details"]) {
      const known = oneOf(cardStates, state);
      return known && t(`ehic:states.${known}`);
    },
    opening({ reason }: Act["details"]) {
      const known = oneOf(openingReasons, reason);
      return known && t(`account:activity.details.opening.${known}`);
    },
    form({ document }: Act["details"]) {
      const name = formNames.find((form) => document === `form ${form}`);
      return name && t(`forms:names.${name}`);
    },
    reason({ reason }: Act["details"]) {
      const known = oneOf(declarationReasons, reason);
      return known && t(`vitale:reasons.${known}`);
    },
    case: ({ case: number }: Act["details"]) =>
      typeof number === "number" ? t("account:activity.details.case", { number }) : undefined,
    about({ about }: Act["details"]) {
      const kind = oneOf(caseKinds, about);
      return kind && t(`account:cases.kinds.${kind}`);
    },
    mail({ mail }: Act["details"]) {
      const kind = oneOf(mailKinds, mail);
      return kind && t(`account:activity.mails.${kind}`);
    },
    list({ list }: Act["details"]) {
      const choice = oneOf(choices, list);
      return choice && t(`registration:choices.${choice}`, { organisation });
    },
    channel({ channel }: Act["details"]) {
      const way = oneOf(choiceChannels, channel);
      return way && t(`preferences:channels.${way}`);
    },
    right({ right }: Act["details"]) {
      const kind = oneOf(rightKinds, right);
      return kind && t(`account:activity.details.right.${kind}`);
    },
    factor({ kind }: Act["details"]) {
      const factor = oneOf(["totp", "passkey", "mail"], kind);
      return factor && t(`second-factor:${factor}.name`);
    },
  };
}

const isNetwork = (value: unknown): value is string => typeof value === "string" && /^[\da-f.:x]{1,45}$/i.test(value);

function oneOf<const Word extends string>(words: readonly Word[], value: unknown): Word | undefined {
  return words.find((word) => word === value);
}
