import { type Choice, type Choices, choices } from "../../domain/preferences.ts";
import type { Language } from "../../lib/languages.ts";
import { canBeTexted, parseMobile } from "../../lib/phone.ts";
import { fail, ok } from "../../lib/result.ts";

type Names = string | string[] | undefined;

/** A form as it was sent, after its schema. */
export type Sent = { [C in Choice]?: "on" | undefined } & {
  mobile?: string | undefined;
  language?: Language | undefined;
  covers?: Names;
  shown?: Names;
};

/** What a form asks for: choices that are not named stay as they are. */
export type Wanted = { changes: Partial<Choices>; language: Language | undefined };

/**
 * What a form asks for. A box that is not ticked sends nothing, so that a form may say what it covers; one that does not
 * is the whole form. A form that says what it showed asks for what differs from that: an old page that is sent once more
 * gives back no consent that was withdrawn meanwhile. One box alone is an act of this moment, sent by a script: twice in
 * a row, and the second is sent before the page knows of the first.
 */
export function readWanted(sent: Sent): Wanted {
  const isAct = onlyChoice(sent.covers) !== undefined;
  const shown = sent.shown === undefined || isAct ? undefined : namesIn(sent.shown);
  const changed = choices.filter(
    (choice) => covers(sent, choice) && (shown === undefined || (sent[choice] === "on") !== shown.includes(choice)),
  );
  return {
    changes: Object.fromEntries(changed.map((choice) => [choice, sent[choice] === "on"])),
    language: covers(sent, "language") ? sent.language : undefined,
  };
}

type Text = { [Field in Choice | "mobile" | "language" | "covers"]?: string | undefined };

/** What to show of a form that has faults: its own boxes as they were ticked, all others as they are kept. */
export function typedIn(sent: Text | Sent, kept: Choices): Text {
  const ticks = choices.map((choice) => {
    const isTicked = covers(sent, choice) ? sent[choice] === "on" : kept[choice];
    return [choice, isTicked ? "on" : undefined];
  });
  return { ...Object.fromEntries(ticks), mobile: sent.mobile, language: sent.language };
}

/** The choice that a script sends by itself as soon as its box is ticked. */
export function onlyChoice(names: Names): Choice | undefined {
  const [first, ...more] = namesIn(names);
  return more.length === 0 ? choices.find((choice) => choice === first) : undefined;
}

function covers(sent: Text | Sent, name: Choice | "language"): boolean {
  if (sent.covers !== undefined) return namesIn(sent.covers).includes(name);
  return true;
}

function namesIn(names: Names): string[] {
  return names === undefined ? [] : [names].flat();
}

/** The number of an account, and whether it is proven to be its owner's. */
export type Mobile = { mobile: string | null; mobileVerifiedAt: number | null };

/** True when text messages can go there. */
export function isReady({ mobile, mobileVerifiedAt }: Mobile): boolean {
  return mobile !== null && mobileVerifiedAt !== null && canBeTexted(mobile);
}

/**
 * The number that must be proven for what a form asks, or null when there is none to prove.
 * @param typed as it was typed; undefined when the form has no such field, which leaves the number as it is.
 * @param alerts whether the form turns alerts by text message on, and whether they are on after it.
 */
export function numberToProve(typed: string | undefined, alerts: { turnsOn: boolean; isOn: boolean }, present: Mobile) {
  const number = typed === undefined ? present.mobile : typed === "" ? null : parseMobile(typed);
  if (number === undefined) return fail("mobile");
  // Alerts that wait for a number hold up no other choice.
  if (number === null) {
    const isMissed = alerts.turnsOn || (alerts.isOn && present.mobile !== null);
    return isMissed ? fail("mobileForAlerts") : ok(null);
  }
  if (number === present.mobile && (!alerts.turnsOn || isReady(present))) return ok(null);
  return canBeTexted(number) ? ok(number) : fail("mobileNotTexted");
}
