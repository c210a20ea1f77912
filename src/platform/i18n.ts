import { createInstance, type TFunction } from "i18next";
import enAccount from "../../locales/en/account.json" with { type: "json" };
import enActivation from "../../locales/en/activation.json" with { type: "json" };
import enAlerts from "../../locales/en/alerts.json" with { type: "json" };
import enChanges from "../../locales/en/changes.json" with { type: "json" };
import enCharter from "../../locales/en/charter.json" with { type: "json" };
import enCommon from "../../locales/en/common.json" with { type: "json" };
import enConfirm from "../../locales/en/confirm.json" with { type: "json" };
import enContact from "../../locales/en/contact.json" with { type: "json" };
import enCookies from "../../locales/en/cookies.json" with { type: "json" };
import enDashboard from "../../locales/en/dashboard.json" with { type: "json" };
import enData from "../../locales/en/data.json" with { type: "json" };
import enDeletion from "../../locales/en/deletion.json" with { type: "json" };
import enDevices from "../../locales/en/devices.json" with { type: "json" };
import enDocuments from "../../locales/en/documents.json" with { type: "json" };
import enDossier from "../../locales/en/dossier.json" with { type: "json" };
import enEhic from "../../locales/en/ehic.json" with { type: "json" };
import enErrors from "../../locales/en/errors.json" with { type: "json" };
import enEvidence from "../../locales/en/evidence.json" with { type: "json" };
import enForm from "../../locales/en/form.json" with { type: "json" };
import enForms from "../../locales/en/forms.json" with { type: "json" };
import enHelp from "../../locales/en/help.json" with { type: "json" };
import enLogin from "../../locales/en/login.json" with { type: "json" };
import enMail from "../../locales/en/mail.json" with { type: "json" };
import enMaintenance from "../../locales/en/maintenance.json" with { type: "json" };
import enNotices from "../../locales/en/notices.json" with { type: "json" };
import enPassword from "../../locales/en/password.json" with { type: "json" };
import enPreferences from "../../locales/en/preferences.json" with { type: "json" };
import enRegistration from "../../locales/en/registration.json" with { type: "json" };
import enReimbursements from "../../locales/en/reimbursements.json" with { type: "json" };
import enSecondFactor from "../../locales/en/second-factor.json" with { type: "json" };
import enStaff from "../../locales/en/staff.json" with { type: "json" };
import enStaffMembers from "../../locales/en/staff-members.json" with { type: "json" };
import enStaffOps from "../../locales/en/staff-ops.json" with { type: "json" };
import enStaffQueues from "../../locales/en/staff-queues.json" with { type: "json" };
import enUnsubscribe from "../../locales/en/unsubscribe.json" with { type: "json" };
import enVerify from "../../locales/en/verify.json" with { type: "json" };
import enVitale from "../../locales/en/vitale.json" with { type: "json" };
import account from "../../locales/fr/account.json" with { type: "json" };
import activation from "../../locales/fr/activation.json" with { type: "json" };
import alerts from "../../locales/fr/alerts.json" with { type: "json" };
import changes from "../../locales/fr/changes.json" with { type: "json" };
import charter from "../../locales/fr/charter.json" with { type: "json" };
import common from "../../locales/fr/common.json" with { type: "json" };
import confirm from "../../locales/fr/confirm.json" with { type: "json" };
import contact from "../../locales/fr/contact.json" with { type: "json" };
import cookies from "../../locales/fr/cookies.json" with { type: "json" };
import dashboard from "../../locales/fr/dashboard.json" with { type: "json" };
import data from "../../locales/fr/data.json" with { type: "json" };
import deletion from "../../locales/fr/deletion.json" with { type: "json" };
import devices from "../../locales/fr/devices.json" with { type: "json" };
import documents from "../../locales/fr/documents.json" with { type: "json" };
import dossier from "../../locales/fr/dossier.json" with { type: "json" };
import ehic from "../../locales/fr/ehic.json" with { type: "json" };
import errors from "../../locales/fr/errors.json" with { type: "json" };
import evidence from "../../locales/fr/evidence.json" with { type: "json" };
import form from "../../locales/fr/form.json" with { type: "json" };
import forms from "../../locales/fr/forms.json" with { type: "json" };
import help from "../../locales/fr/help.json" with { type: "json" };
import login from "../../locales/fr/login.json" with { type: "json" };
import mail from "../../locales/fr/mail.json" with { type: "json" };
import maintenance from "../../locales/fr/maintenance.json" with { type: "json" };
import notices from "../../locales/fr/notices.json" with { type: "json" };
import password from "../../locales/fr/password.json" with { type: "json" };
import preferences from "../../locales/fr/preferences.json" with { type: "json" };
import registration from "../../locales/fr/registration.json" with { type: "json" };
import reimbursements from "../../locales/fr/reimbursements.json" with { type: "json" };
import secondFactor from "../../locales/fr/second-factor.json" with { type: "json" };
import staff from "../../locales/fr/staff.json" with { type: "json" };
import staffMembers from "../../locales/fr/staff-members.json" with { type: "json" };
import staffOps from "../../locales/fr/staff-ops.json" with { type: "json" };
import staffQueues from "../../locales/fr/staff-queues.json" with { type: "json" };
import unsubscribe from "../../locales/fr/unsubscribe.json" with { type: "json" };
import verify from "../../locales/fr/verify.json" with { type: "json" };
import vitale from "../../locales/fr/vitale.json" with { type: "json" };
import { type Language, languages } from "../lib/languages.ts";

/** French is the source: the type of every key comes from it. */
const french = {
  alerts,
  changes,
  contact,
  documents,
  forms,
  verify,
  account,
  activation,
  charter,
  common,
  confirm,
  cookies,
  dashboard,
  data,
  deletion,
  devices,
  dossier,
  ehic,
  errors,
  evidence,
  form,
  help,
  login,
  mail,
  notices,
  password,
  preferences,
  registration,
  reimbursements,
  "second-factor": secondFactor,
  maintenance,
  staff,
  "staff-members": staffMembers,
  "staff-ops": staffOps,
  "staff-queues": staffQueues,
  unsubscribe,
  vitale,
};
const english = {
  alerts: enAlerts,
  changes: enChanges,
  contact: enContact,
  documents: enDocuments,
  forms: enForms,
  verify: enVerify,
  account: enAccount,
  activation: enActivation,
  charter: enCharter,
  common: enCommon,
  confirm: enConfirm,
  cookies: enCookies,
  dashboard: enDashboard,
  data: enData,
  deletion: enDeletion,
  devices: enDevices,
  dossier: enDossier,
  ehic: enEhic,
  errors: enErrors,
  evidence: enEvidence,
  form: enForm,
  help: enHelp,
  login: enLogin,
  mail: enMail,
  notices: enNotices,
  password: enPassword,
  preferences: enPreferences,
  registration: enRegistration,
  reimbursements: enReimbursements,
  "second-factor": enSecondFactor,
  maintenance: enMaintenance,
  staff: enStaff,
  "staff-members": enStaffMembers,
  "staff-ops": enStaffOps,
  "staff-queues": enStaffQueues,
  unsubscribe: enUnsubscribe,
  vitale: enVitale,
};

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "common";
    resources: typeof french;
  }
}

type Namespaces = [
  "common",
  "alerts",
  "changes",
  "contact",
  "documents",
  "forms",
  "verify",
  "account",
  "activation",
  "charter",
  "confirm",
  "cookies",
  "dashboard",
  "data",
  "deletion",
  "devices",
  "dossier",
  "ehic",
  "errors",
  "evidence",
  "form",
  "help",
  "login",
  "mail",
  "notices",
  "password",
  "preferences",
  "registration",
  "reimbursements",
  "second-factor",
  "maintenance",
  "staff",
  "staff-members",
  "staff-ops",
  "staff-queues",
  "unsubscribe",
  "vitale",
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
