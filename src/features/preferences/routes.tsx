import { Hono } from "hono";
import { findAccountHolder } from "../../domain/accounts.ts";
import { type Change, openChanges } from "../../domain/changes.ts";
import { choiceHistory, paperHistory } from "../../domain/choice-history.ts";
import { findContact } from "../../domain/contact.ts";
import { askContact } from "../../domain/contact-changes.ts";
import { type Choice, choices, readChoices } from "../../domain/preferences.ts";
import type { Deps } from "../../platform/deps.ts";
import { clientOf } from "../../web/client.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { isPartial } from "../../web/respond.tsx";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import { savePreferences } from "./actions.ts";
import { Preferences } from "./pages.tsx";
import { numberToProve, onlyChoice, readWanted, typedIn } from "./rules.ts";
import { type PreferencesField, preferencesSchema } from "./schema.ts";
import { choiceLabels, Switch, SwitchContent } from "./switch.tsx";

const fields = [...choices, "mobile", "language"] as const;

type Shown = {
  faults?: Faults<PreferencesField>;
  /** What was typed; none, to show what is kept. */
  typed?: Typed<PreferencesField> | undefined;
  /** The one choice that a script sent by itself. */
  only?: Choice | undefined;
  saved?: boolean;
  status?: 200 | 409 | 422;
};

/** What a member receives, and how it came about: changed here at any moment, with effect at once. */
export function preferencesRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, config } = deps;
  const { organisation } = config;

  const askerOf = (c: Ctx) => {
    const { accountId, memberId } = sessionOf(c);
    return { accountId, memberId, client: clientOf(c) };
  };

  const keptBy = (c: Ctx) => readChoices(deps, sessionOf(c).accountId);

  const page = (c: Ctx, { faults = {}, typed, only, saved = false, status }: Shown = {}) => {
    const { t, language } = c.var;
    const { memberId } = sessionOf(c);
    const holder = findAccountHolder(deps, memberId);
    const contact = findContact(db, memberId);
    if (!holder || !contact) return respond.goTo(c, urls.login);
    const kept = keptBy(c);
    const history = choiceHistory(deps, memberId);
    const asked = openMobileChange(c);
    const words = { t, language, organisation, faults, typed, contact, asked };
    const partsOf = (choice: Choice, isSaved = false) => ({
      ...words,
      choice,
      isOn: kept[choice],
      history: history[choice],
      isSaved,
    });
    const labels = choiceLabels(t, organisation.name);
    const said = only && labels[only];
    const fault = Object.values(faults)[0];
    return respond.page(c, {
      title: titleWith(t, t("preferences:title"), faults),
      section: "account",
      status: status ?? (fault ? 422 : 200),
      main: (
        <Preferences
          {...words}
          saved={saved}
          isBusy={status === 409}
          mailLanguage={holder.language}
          paper={paperHistory(deps, memberId)}
          switchOf={(choice) => <Switch {...partsOf(choice)} />}
        />
      ),
      region: only && <SwitchContent {...partsOf(only, saved)} />,
      announcement: () =>
        fault && said
          ? t(`form:error.${fault}`, { field: faults.mobile ? labels.mobile : said })
          : t("preferences:savedOne", { what: said }),
    });
  };

  const openMobileChange = (c: Ctx): Change | undefined =>
    openChanges(deps, sessionOf(c).memberId).find(({ content }) => content.kind === "mobile");

  /** The request whose code is awaited at this number. */
  const awaitedAt = (open: Change | undefined, mobile: string) =>
    open?.state === "unconfirmed" && open.content.kind === "mobile" && open.content.mobile === mobile
      ? open
      : undefined;

  /** Asks for a code, once the password was typed a short while ago; a form that must wait for that is kept. */
  const proveNumber = async (c: Ctx, mobile: string, faulty: (faults: Faults<PreferencesField>) => Response) => {
    const refused = await guards.recentlyConfirmed(c, async () => {});
    if (refused) return refused;
    const asked = askContact(deps, askerOf(c), { mobile });
    if (asked.ok) return respond.goTo(c, urls.confirmMobile(asked.value.toConfirm!));
    if (asked.fault === "tooMany") return errorPage(c, respond, 429, asked.waitSeconds);
    return asked.fault === "open" ? faulty({ mobile: "mobileAsked" }) : respond.goTo(c, urls.login);
  };

  return new Hono<Env>()
    .get(urls.preferences, guards.signedIn, (c) => {
      const draft = draftOf(c, fields);
      // A form without its language is not that of the page: what it leaves out was not unticked.
      const typed = draft.language === undefined ? undefined : draft;
      return page(c, { typed, saved: c.req.query("saved") !== undefined });
    })
    .post(
      urls.preferences,
      guards.signedIn,
      formOf(preferencesSchema, (c, faults, typed) =>
        page(c, { faults, typed: typedIn(typed, keptBy(c)), only: onlyChoice(typed.covers) }),
      ),
      async (c) => {
        const form = c.req.valid("form");
        // Of a part of the page, a script sends what it is about.
        const isPart = isPartial(c) && form.covers === undefined && form.language === undefined;
        const sent = isPart ? { ...form, covers: choices.filter((choice) => form[choice] !== undefined) } : form;
        const session = sessionOf(c);
        const contact = findContact(db, session.memberId);
        if (!contact) return respond.goTo(c, urls.login);
        const only = onlyChoice(sent.covers);
        const faulty = (faults: Faults<PreferencesField>) => page(c, { faults, typed: typedIn(sent, keptBy(c)), only });
        const wanted = readWanted(sent);
        const { alertSms } = wanted.changes;
        const alerts = { turnsOn: alertSms === true, isOn: alertSms ?? keptBy(c).alertSms };
        // Stopping the alerts never fails for a number; nor does a form without them ask for one.
        const asksNumber = alertSms ?? (sent.language !== undefined && only === undefined && sent.mobile !== undefined);
        const proof = asksNumber ? numberToProve(sent.mobile, alerts, contact) : undefined;
        if (proof && !proof.ok) return faulty({ mobile: proof.fault });
        const number = proof?.value ?? null;
        const open = number === null ? undefined : openMobileChange(c);
        const awaited = number === null ? undefined : awaitedAt(open, number);
        if (open && !awaited) return faulty({ mobile: "mobileAsked" });
        savePreferences(deps, { ...askerOf(c), read: c.var.language }, wanted);
        if (awaited && alerts.turnsOn) return respond.goTo(c, urls.confirmMobile(awaited.changeId));
        if (number !== null && !awaited) return proveNumber(c, number, faulty);
        if (only !== undefined && isPartial(c)) return page(c, { only, saved: true });
        const { language } = wanted;
        const isOther = language !== undefined && language !== c.var.language;
        return respond.goTo(c, isOther ? `${urls.preferences}?saved&lang=${language}` : `${urls.preferences}?saved`);
      },
    )
    .post(urls.forgetMobile, guards.signedIn, guards.recentlyConfirmed, (c) => {
      const contact = findContact(db, sessionOf(c).memberId);
      if (!contact) return respond.goTo(c, urls.login);
      if (contact.mobile === null) return respond.goTo(c, `${urls.preferences}?saved`);
      const asked = askContact(deps, askerOf(c), { mobile: null });
      if (asked.ok) return respond.goTo(c, `${urls.preferences}?saved`);
      return asked.fault === "open" ? page(c, { status: 409 }) : respond.goTo(c, urls.login);
    });
}
