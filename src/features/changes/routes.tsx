import { Hono } from "hono";
import { bankPausedUntil } from "../../domain/bank-pause.ts";
import { bankUsagesOf } from "../../domain/bank-usages.ts";
import { findChangeToStop } from "../../domain/change-links.ts";
import { type BankUsage, type Change, type ChangeContent, listChanges, openChanges } from "../../domain/changes.ts";
import { findContact } from "../../domain/contact.ts";
import { askContact } from "../../domain/contact-changes.ts";
import { reauthenticate } from "../../domain/reauthentication.ts";
import { parseIban } from "../../lib/iban.ts";
import { toLatin } from "../../lib/latin.ts";
import { phoneText } from "../../lib/phone.ts";
import type { Deps } from "../../platform/deps.ts";
import { clientOf } from "../../web/client.ts";
import { addCookie, sessionCookieName } from "../../web/cookies.ts";
import { draftOf } from "../../web/drafts.ts";
import type { Ctx, Env } from "../../web/env.ts";
import { errorPage } from "../../web/errors.tsx";
import { type Faults, formOf, type Typed } from "../../web/forms.ts";
import { sessionOf } from "../../web/guards.ts";
import { titleWith } from "../../web/ui/error-summary.tsx";
import { urls } from "../../web/urls.ts";
import type { Web } from "../../web/web.ts";
import {
  askAddress,
  askBank,
  cancelChange,
  confirmEmail,
  confirmMobile,
  findEmailToConfirm,
  findUnconfirmedMobile,
  sendCodeAgain,
  stopByLink,
} from "./actions.ts";
import { ConfirmEmail, EmailLapsed, GiveCode, StopBank, Stopped } from "./confirm-pages.tsx";
import { Changes, type Done, doneWords } from "./list-page.tsx";
import { AddressForm, AlreadyAsked, BankForm, BankPaused, ContactForm, NoBankUsage } from "./pages.tsx";
import { findAddress, findIbanHash } from "./queries.ts";
import {
  type Address,
  lineNames,
  presentMobile,
  readAccount,
  readAddress,
  readCode,
  readContact,
  refusedInName,
  refusedSigns,
} from "./rules.ts";
import {
  type AddressField,
  addressSchema,
  type BankField,
  bankSchema,
  type ContactField,
  codeSchema,
  contactSchema,
} from "./schema.ts";

const cancelPath = "/dossier/changes/:id/cancel";
const confirmPath = "/dossier/changes/:id/confirm";
const codePath = "/dossier/changes/:id/code";
const emailPath = "/dossier/email/:token";
const stopPath = "/dossier/stop/:token";

type Refused = { fault: "gone" } | { fault: "open"; open: Change } | { fault: "tooMany"; waitSeconds: number };

/** What members ask the back office to change: charter article 6. */
export function changesRoutes(deps: Deps, { respond, guards }: Web) {
  const { db, config, seal } = deps;
  const { organisation } = config;
  const { phone } = organisation;
  const section = "dossier";
  const statusOf = (faults: Faults) => (Object.keys(faults).length > 0 ? 422 : 200);
  const wordsOf = ({ var: { t, language } }: Ctx) => ({ t, language, organisation });
  const askerOf = (c: Ctx) => {
    const { accountId, memberId } = sessionOf(c);
    return { accountId, memberId, client: clientOf(c) };
  };
  const openOf = (c: Ctx, kinds: ChangeContent["kind"][]) =>
    openChanges(deps, sessionOf(c).memberId).filter(({ content }) => kinds.includes(content.kind));

  const listPage = (c: Ctx, done: Done | undefined, status: 200 | 409 = 200) =>
    respond.page(c, {
      title: c.var.t("changes:list.title"),
      section,
      status,
      main: <Changes {...wordsOf(c)} changes={listChanges(deps, sessionOf(c).memberId)} done={done} phone={phone} />,
    });

  const alreadyPage = (c: Ctx, change: Change) =>
    respond.page(c, {
      title: c.var.t("changes:already.title"),
      section,
      status: 409,
      main: <AlreadyAsked {...wordsOf(c)} change={change} phone={phone} />,
    });

  /** What every refusal of a request leads to; `gone` is an account that was blocked meanwhile. */
  const refusal = (c: Ctx, refused: Refused) => {
    if (refused.fault === "tooMany") return errorPage(c, respond, 429, refused.waitSeconds);
    return refused.fault === "open" ? alreadyPage(c, refused.open) : respond.goTo(c, urls.login);
  };

  const addressPage = (c: Ctx, faults: Faults<AddressField>, typed: Typed<AddressField>) => {
    const title = titleWith(c.var.t, c.var.t("changes:address.title"), faults);
    const open = openOf(c, ["address"]);
    const main = <AddressForm {...wordsOf(c)} faults={faults} typed={typed} open={open} signs={refusedSigns(typed)} />;
    return respond.page(c, { title, section, status: statusOf(faults), main });
  };

  const contactPage = (c: Ctx, faults: Faults<ContactField>, typed: Typed<ContactField>) => {
    const title = titleWith(c.var.t, c.var.t("changes:contact.title"), faults);
    const main = <ContactForm {...wordsOf(c)} faults={faults} typed={typed} open={openOf(c, ["email", "mobile"])} />;
    return respond.page(c, { title, section, status: statusOf(faults), main });
  };

  const bankPage = (c: Ctx, faults: Faults<BankField>, typed: Typed<BankField>, usages = usagesOf(c)) => {
    const { t } = c.var;
    if (usages.length === 0)
      return respond.page(c, { title: t("changes:bank.title"), section, main: <NoBankUsage t={t} phone={phone} /> });
    const title = titleWith(t, t("changes:bank.title"), faults);
    const signs = { holder: refusedInName(typed.holder) };
    const form = { ...wordsOf(c), faults, typed, usages, signs };
    const main = <BankForm {...form} open={openOf(c, ["iban"])} />;
    return respond.page(c, { title, section, status: statusOf(faults), main });
  };

  /** What is wrong with each field by itself, and what the base says of the others: all at once. */
  const faultyAddress = (c: Ctx, faults: Faults<AddressField>, typed: Typed<AddressField>) => {
    const read = readAddress(typed);
    return addressPage(c, { ...(read.ok ? {} : read.faults), ...faults }, typed);
  };

  const faultyContact = (c: Ctx, faults: Faults<ContactField>, typed: Typed<ContactField>) => {
    const present = findContact(db, sessionOf(c).memberId);
    const read = present && readContact({ email: typed.email ?? "", mobile: typed.mobile }, present);
    return contactPage(c, { ...(read && !read.ok ? read.faults : {}), ...faults }, typed);
  };

  const faultyBank = (c: Ctx, faults: Faults<BankField>, typed: Typed<BankField>) =>
    bankPage(c, { ...bankFaults(c, typed), ...faults }, typed);

  const bankFaults = (c: Ctx, typed: Typed<BankField>): Faults<BankField> => {
    const usage = usagesOf(c).find((one) => one === typed.usage);
    const read = readAccount({ ...typed, iban: typed.iban ?? "", holder: typed.holder ?? "" });
    const iban = parseIban(typed.iban ?? "");
    const known = usage && findIbanHash(db, sessionOf(c).memberId, usage);
    const isSame = iban.ok && known?.equals(seal.hash("bank_accounts.iban", iban.value));
    return {
      ...(usage === undefined && { usage: "notAChoice" }),
      ...(isSame && { iban: "ibanSame" }),
      ...(read.ok ? {} : read.faults),
    };
  };

  const usagesOf = (c: Ctx): BankUsage[] => bankUsagesOf(db, sessionOf(c).memberId);

  const pausedPage = (c: Ctx, until: number, status: 200 | 409) => {
    const { t, language } = c.var;
    const main = <BankPaused t={t} language={language} until={until} phone={phone} />;
    return respond.page(c, { title: t("changes:paused.title"), section, status, main });
  };

  /** @returns the answer that refuses, or undefined when the password is right and the session goes on. */
  const confirmed = async (c: Ctx, password: string, purpose: string, wrong: () => Response) => {
    const attempt = { session: sessionOf(c), password, address: c.var.address, purpose };
    const result = await reauthenticate(deps, attempt);
    if (result.ok) {
      addCookie(c, sessionCookieName(config.secureOrigin), result.value.cookie, { secure: config.secureOrigin });
      return undefined;
    }
    if (result.fault === "tooMany") return errorPage(c, respond, 429, result.waitSeconds);
    return result.fault === "ended" ? respond.goTo(c, urls.loginThen(c.req.path)) : wrong();
  };

  const codePage = (c: Ctx, faults: Faults<"code">) => {
    const { t } = c.var;
    const changeId = c.req.param("id") ?? "";
    const change = findUnconfirmedMobile(deps, sessionOf(c).memberId, changeId);
    if (change?.content.kind !== "mobile" || change.content.mobile === null) return errorPage(c, respond, 404);
    const { mobile } = change.content;
    const sent = c.req.query("sent") !== undefined;
    return respond.page(c, {
      title: titleWith(t, t("changes:code.title"), faults),
      section,
      status: statusOf(faults),
      main: <GiveCode t={t} changeId={changeId} mobile={mobile} sent={sent} faults={faults} />,
    });
  };

  const emailLapsed = (c: Ctx) =>
    respond.page(c, {
      title: c.var.t("changes:emailLapsed.title"),
      section,
      status: 410,
      main: <EmailLapsed t={c.var.t} />,
    });

  const stoppedPage = (c: Ctx, done: boolean) => {
    const { t } = c.var;
    const title = t(done ? "changes:stopped.title" : "changes:stopLapsed.title");
    return respond.page(c, { title, status: done ? 200 : 410, main: <Stopped t={t} done={done} phone={phone} /> });
  };

  return new Hono<Env>()
    .get(urls.changes, guards.signedIn, (c) => {
      const done = doneWords.find((word) => c.req.query("done") === word);
      return listPage(c, done);
    })
    .post(cancelPath, guards.signedIn, (c) => {
      const outcome = cancelChange(deps, askerOf(c), c.req.param("id"));
      if (outcome === "unknown") return errorPage(c, respond, 404);
      return outcome === "late" ? listPage(c, "late", 409) : respond.goTo(c, `${urls.changes}?done=cancelled`);
    })
    .get(urls.dossierAddress, guards.signedIn, guards.recentlyConfirmed, (c) => {
      const { lines, country } = findAddress(db, sessionOf(c).memberId);
      const present = Object.fromEntries(lineNames.map((name, index) => [name, lines[index]]));
      const draft = draftOf(c, [...lineNames, "country"]);
      return addressPage(c, {}, Object.keys(draft).length > 0 ? { country, ...draft } : { ...present, country });
    })
    .post(urls.dossierAddress, guards.signedIn, guards.recentlyConfirmed, formOf(addressSchema, faultyAddress), (c) => {
      const typed = c.req.valid("form");
      const read = readAddress(typed);
      if (!read.ok) return addressPage(c, read.faults, typed);
      const { memberId } = sessionOf(c);
      if (isSameAddress(read.value, findAddress(db, memberId))) {
        return addressPage(c, { line1: "nothingChanged" }, typed);
      }
      const asked = askAddress(deps, askerOf(c), read.value);
      return asked.ok ? respond.goTo(c, `${urls.changes}?done=asked`) : refusal(c, asked);
    })
    .get(urls.dossierContact, guards.signedIn, (c) => {
      const present = findContact(db, sessionOf(c).memberId);
      const mobile = present && presentMobile(present);
      const known = { email: present?.email, mobile: mobile ? phoneText(mobile) : undefined };
      const draft = draftOf(c, ["email", "mobile"]);
      return contactPage(c, {}, Object.keys(draft).length > 0 ? draft : known);
    })
    .post(urls.dossierContact, guards.signedIn, formOf(contactSchema, faultyContact), async (c) => {
      const { password, ...typed } = c.req.valid("form");
      const present = findContact(db, sessionOf(c).memberId);
      if (!present) return respond.goTo(c, urls.login);
      const read = readContact(typed, present);
      if (!read.ok) return contactPage(c, read.faults, typed);
      const wrong = () => contactPage(c, { password: "currentPasswordWrong" }, typed);
      const refused = await confirmed(c, password, "contact change", wrong);
      if (refused) return refused;
      const asked = askContact(deps, askerOf(c), read.value);
      if (asked.ok) {
        const { toConfirm } = asked.value;
        return respond.goTo(c, toConfirm === undefined ? `${urls.changes}?done=asked` : urls.confirmMobile(toConfirm));
      }
      return refusal(c, asked);
    })
    .get(urls.dossierBank, guards.signedIn, (c) => {
      const session = sessionOf(c);
      const until = bankPausedUntil(deps, session);
      if (until !== undefined) return pausedPage(c, until, 200);
      const usages = usagesOf(c);
      const usage = usages.length === 1 ? usages[0] : usages.find((one) => one === c.req.query("usage"));
      const holder = toLatin(`${session.firstNames.split(" ")[0]} ${session.lastName}`);
      // The number itself is typed anew, and shown nowhere.
      return bankPage(c, {}, { usage, holder, ...draftOf(c, ["usage", "bic", "holder"]) }, usages);
    })
    .post(urls.dossierBank, guards.signedIn, formOf(bankSchema, faultyBank), async (c) => {
      const { password, ...typed } = c.req.valid("form");
      const session = sessionOf(c);
      const until = bankPausedUntil(deps, session);
      if (until !== undefined) return pausedPage(c, until, 409);
      const read = readAccount(typed);
      const faults = bankFaults(c, typed);
      if (!read.ok || Object.keys(faults).length > 0) return bankPage(c, faults, typed);
      const wrong = () => bankPage(c, { password: "currentPasswordWrong" }, typed);
      const refused = await confirmed(c, password, "bank account change", wrong);
      if (refused) return refused;
      const asked = askBank(deps, askerOf(c), { usage: typed.usage, ...read.value });
      if (asked.ok) return respond.goTo(c, `${urls.changes}?done=asked`);
      return asked.fault === "paused" ? pausedPage(c, asked.until, 409) : refusal(c, asked);
    })
    .get(confirmPath, guards.signedIn, (c) => codePage(c, {}))
    .post(
      confirmPath,
      guards.signedIn,
      formOf(codeSchema, (c, faults) => codePage(c, faults)),
      (c) => {
        const outcome = confirmMobile(deps, askerOf(c), c.req.param("id"), readCode(c.req.valid("form").code));
        if (outcome === "confirmed") return respond.goTo(c, `${urls.changes}?done=confirmed`);
        if (outcome === "unknown") return errorPage(c, respond, 404);
        return codePage(c, { code: outcome === "over" ? "codeOver" : "codeRefused" });
      },
    )
    .post(codePath, guards.signedIn, (c) => {
      const changeId = c.req.param("id");
      const waitSeconds = sendCodeAgain(deps, askerOf(c), changeId);
      if (waitSeconds === undefined) return errorPage(c, respond, 404);
      if (waitSeconds > 0) return errorPage(c, respond, 429, waitSeconds);
      return respond.goTo(c, `${urls.confirmMobile(changeId)}?sent`);
    })
    .get(emailPath, guards.signedIn, (c) => {
      const { t } = c.var;
      const token = c.req.param("token");
      const email = findEmailToConfirm(deps, sessionOf(c).memberId, token);
      if (email === undefined) return emailLapsed(c);
      const main = <ConfirmEmail t={t} token={token} email={email} />;
      return respond.page(c, { title: t("changes:email.title"), section, main });
    })
    .post(emailPath, guards.signedIn, (c) =>
      confirmEmail(deps, askerOf(c), c.req.param("token"))
        ? respond.goTo(c, `${urls.changes}?done=confirmed`)
        : emailLapsed(c),
    )
    .get(stopPath, guards.maybeSignedIn, (c) => {
      const token = c.req.param("token");
      const change = findChangeToStop(deps, token);
      if (!change) return stoppedPage(c, false);
      const main = <StopBank {...wordsOf(c)} token={token} change={change} />;
      return respond.page(c, { title: c.var.t("changes:stop.title"), main });
    })
    .post(stopPath, guards.maybeSignedIn, (c) =>
      stopByLink(deps, c.req.param("token")) ? respond.goTo(c, urls.changeStopped) : stoppedPage(c, false),
    )
    .get(urls.changeStopped, guards.maybeSignedIn, (c) => stoppedPage(c, true));
}

function isSameAddress(one: Address, other: Address): boolean {
  return one.country === other.country && one.lines.every((line, index) => line === other.lines[index]);
}
