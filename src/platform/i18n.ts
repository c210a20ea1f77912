import { createInstance, type TFunction } from "i18next";
import enAccount from "../../locales/en/account.json" with { type: "json" };
import enActivation from "../../locales/en/activation.json" with { type: "json" };
import enCommon from "../../locales/en/common.json" with { type: "json" };
import enDashboard from "../../locales/en/dashboard.json" with { type: "json" };
import enErrors from "../../locales/en/errors.json" with { type: "json" };
import enForm from "../../locales/en/form.json" with { type: "json" };
import enLogin from "../../locales/en/login.json" with { type: "json" };
import enMail from "../../locales/en/mail.json" with { type: "json" };
import enPassword from "../../locales/en/password.json" with { type: "json" };
import enReimbursements from "../../locales/en/reimbursements.json" with { type: "json" };
import account from "../../locales/fr/account.json" with { type: "json" };
import activation from "../../locales/fr/activation.json" with { type: "json" };
import common from "../../locales/fr/common.json" with { type: "json" };
import dashboard from "../../locales/fr/dashboard.json" with { type: "json" };
import errors from "../../locales/fr/errors.json" with { type: "json" };
import form from "../../locales/fr/form.json" with { type: "json" };
import login from "../../locales/fr/login.json" with { type: "json" };
import mail from "../../locales/fr/mail.json" with { type: "json" };
import password from "../../locales/fr/password.json" with { type: "json" };
import reimbursements from "../../locales/fr/reimbursements.json" with { type: "json" };
import { type Language, languages } from "../lib/languages.ts";

/** French is the source: the type of every key comes from it. */
const french = { account, activation, common, dashboard, errors, form, login, mail, password, reimbursements };
const english = {
  account: enAccount,
  password: enPassword,
  activation: enActivation,
  common: enCommon,
  dashboard: enDashboard,
  errors: enErrors,
  form: enForm,
  login: enLogin,
  mail: enMail,
  reimbursements: enReimbursements,
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof french;
  }
}

type Namespaces = [
  "common",
  "account",
  "activation",
  "dashboard",
  "errors",
  "form",
  "login",
  "mail",
  "password",
  "reimbursements",
];

/** Says a sentence in one language: `t("login:title")`, `t("form:error.tooShort", { field })`. */
export type T = TFunction<Namespaces>;

const instance = createInstance();
await instance.init({
  initAsync: false,
  lng: "fr",
  fallbackLng: false,
  ns: Object.keys(french),
  defaultNS: "common",
  resources: { fr: french, en: english },
  interpolation: { escapeValue: false },
  returnNull: false,
});

const fixed = Object.fromEntries(
  languages.map((language) => [language, instance.getFixedT(language) as unknown as T]),
) as Record<Language, T>;

export function tFor(language: Language): T {
  return fixed[language];
}

/** The names of the messages a form may show beside a field. */
export type ErrorKey = keyof typeof form.error;
