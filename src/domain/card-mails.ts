import { countryName } from "../lib/countries.ts";
import { longDay } from "../lib/dates.ts";
import type { AccountHolder } from "./accounts.ts";
import type { CardRequest, CardState, Trip } from "./card-requests.ts";
import { letterTo, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";

/** Says that requests were received: for whom, where to and when. `at` in seconds. */
export function cardsAskedMail(
  sender: Sender,
  holder: AccountHolder,
  { names, trip, at }: { names: string[]; trip: Omit<Trip, "lost">; at: number },
): MailBody {
  const { language } = holder;
  const { t, words: usual, moment, compose } = letterTo(sender, holder);
  const words = {
    ...usual,
    moment: moment(at),
    country: countryName(trip.country, language),
    from: longDay(trip.departsOn, language),
    to: longDay(trip.returnsOn, language),
    days: sender.organisation.ehicDelayDays,
  };
  return compose({
    subject: t("ehic:askedMail.subject", words),
    paragraphs: [
      t("ehic:mail.hello", words),
      t("ehic:askedMail.text", words),
      [t("ehic:askedMail.people"), ...names.map((name) => `– ${name}`)].join("\n"),
      t("ehic:askedMail.trip", words),
      t("ehic:askedMail.delay", words),
    ],
    action: { label: t("ehic:mail.see"), url: `${sender.origin}/ehic` },
    after: [t("ehic:mail.question", words)],
    stop: "request",
  });
}

type Step = Pick<CardRequest, "name"> & { state: Exclude<CardState, "requested">; hasReason: boolean; at: number };

/** How far a request has come. Why it was refused or came back is read in the portal, where nobody else reads. */
export function cardStepMail(sender: Sender, holder: AccountHolder, { name, state, hasReason, at }: Step): MailBody {
  const { t, words: usual, moment, compose } = letterTo(sender, holder);
  const words = { ...usual, person: name.split(" ")[0]!, moment: moment(at), days: sender.organisation.ehicDelayDays };
  const told = t(`ehic:stepMail.${state}.text`, words);
  const subject = t(`ehic:stepMail.${state}.subject`, words);
  const hello = t("ehic:mail.hello", words);
  const see = { label: t("ehic:mail.see"), url: `${sender.origin}/ehic` };
  const after = [t("ehic:mail.question", words)];
  if (state !== "refused") return compose({ subject, paragraphs: [hello, told], action: see, after, stop: "request" });
  if (hasReason) {
    const paragraphs = [hello, `${told} ${t("ehic:stepMail.refused.reason")}`];
    return compose({ subject, paragraphs, action: see, after, stop: "request" });
  }
  // A mail leads to our own pages alone: the one of the card has the way to the caisse.
  return compose({
    subject,
    paragraphs: [hello, told, `${t("ehic:request.noReason")} ${t("ehic:stepMail.refused.noReason")}`],
    action: see,
    after,
    second: { label: t("ehic:links.write"), url: `${sender.origin}/contact` },
    stop: "request",
  });
}
