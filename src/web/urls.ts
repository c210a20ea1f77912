import type { Language } from "../lib/languages.ts";

/** Every address of the portal, in one place. */
export const urls = {
  home: "/",
  login: "/login",
  loginThen: (next: string) => `/login?next=${encodeURIComponent(next)}`,
  /** Back from a page that asks to sign in, with no cookie of the sign-in that led there. */
  loginWithoutCookie: (next: string) => `/login?next=${encodeURIComponent(next)}&nocookie`,
  logout: "/logout",
  activate: (token: string) => `/activate/${token}`,
  forgot: "/password/forgot",
  reset: (token: string) => `/password/reset/${token}`,
  loginSecondFactor: "/login/second-factor",
  secondFactorThen: (next: string | undefined) =>
    next === undefined ? "/login/second-factor" : `/login/second-factor?next=${encodeURIComponent(next)}`,
  loginPasskey: "/login/passkey",
  loginMailCode: "/login/second-factor/mail",
  secondFactorSent: (next: string | undefined) =>
    next === undefined ? "/login/second-factor?sent" : `/login/second-factor?sent&next=${encodeURIComponent(next)}`,
  /** The time to give a code is over: back to the password, and from there to the page asked for. */
  loginOver: (next: string | undefined) =>
    next === undefined ? "/login?over" : `/login?over&next=${encodeURIComponent(next)}`,
  loginResend: "/login/resend",
  session: "/session",
  sessionExtend: "/session/extend",
  sessionDraft: "/session/draft",
  register: "/register",
  registerGuardian: "/register/guardian",
  renewLink: (token: string) => `/activate/${token}/renew`,
  cancelRegistration: (token: string) => `/activate/${token}/cancel`,
  guardian: (token: string) => `/guardian/${token}`,
  guardianAnswered: (decision: "accept" | "refuse") => `/guardian/answered/${decision}`,
  helpCredentials: "/help/credentials",
  freeze: (token: string) => `/help/credentials/freeze/${token}`,
  account: "/account",
  preferences: "/preferences",
  forgetMobile: "/preferences/mobile/forget",
  unsubscribe: (token: string) => `/unsubscribe/${token}`,
  confirm: "/account/confirm",
  confirmThen: (next: string) => `/account/confirm?next=${encodeURIComponent(next)}`,
  accountPassword: "/account/password",
  accountActivity: "/account/activity",
  accountCases: "/account/cases",
  accountDevices: "/account/devices",
  revokeDevice: (id: string) => `/account/devices/${encodeURIComponent(id)}/revoke`,
  revokeOthers: "/account/devices/others/revoke",
  accountSecondFactor: "/account/second-factor",
  totp: "/account/second-factor/totp",
  totpStart: "/account/second-factor/totp/start",
  passkeys: "/account/second-factor/passkeys",
  passkeysStart: "/account/second-factor/passkeys/start",
  mailCode: "/account/second-factor/mail",
  recoveryCodes: "/account/second-factor/recovery-codes",
  recoveryCodesKept: "/account/second-factor/recovery-codes/kept",
  removeFactor: (id: string) => `/account/second-factor/${encodeURIComponent(id)}/remove`,
  accountData: "/account/data",
  accountDelete: "/account/delete",
  dossierAddress: "/dossier/address",
  dossierContact: "/dossier/contact",
  dossierBank: "/dossier/bank",
  changes: "/dossier/changes",
  cancelChange: (id: string) => `/dossier/changes/${encodeURIComponent(id)}/cancel`,
  confirmMobile: (id: string) => `/dossier/changes/${encodeURIComponent(id)}/confirm`,
  changeCode: (id: string) => `/dossier/changes/${encodeURIComponent(id)}/code`,
  changeStopped: "/dossier/stopped",
  stopChange: (token: string) => `/dossier/stop/${token}`,
  confirmEmail: (token: string) => `/dossier/email/${token}`,
  documents: "/documents",
  rightsCertificate: "/documents/rights-certificate",
  mutualCertificate: "/documents/mutual-certificate",
  insuranceCard: "/documents/card",
  form: (name: string) => `/documents/forms/${name}.pdf`,
  formFor: (name: string, bearer: string) => `/documents/forms/${name}.pdf?bearer=${encodeURIComponent(bearer)}`,
  blankForm: (name: string) => `/forms/${name}.pdf`,
  formsGuide: "/forms",
  verify: "/verify",
  verifyCode: (code: string) => `/verify/${encodeURIComponent(code)}`,
  ehic: "/ehic",
  ehicDone: (done: string) => `/ehic?done=${done}`,
  /** Where who has confirmed their password finds the button of a person's certificate, and what was ticked. */
  ehicReady: (beneficiary: string, isLost: boolean) =>
    `/ehic?certificate=${encodeURIComponent(beneficiary)}${isLost ? "&lost=on" : ""}`,
  ehicRequests: "/ehic/requests",
  cancelEhic: (id: string) => `/ehic/requests/${encodeURIComponent(id)}/cancel`,
  ehicCertificates: "/ehic/certificates",
  ehicCertificate: (number: string) => `/ehic/certificates/${encodeURIComponent(number)}`,
  ehicCertificatePdf: (number: string) => `/ehic/certificates/${encodeURIComponent(number)}.pdf`,
  vitaleDeclare: "/vitale/declare",
  vitaleDeclareFor: (bearer: string) => `/vitale/declare?bearer=${encodeURIComponent(bearer)}`,
  vitaleDeclaration: (number: string) => `/vitale/declarations/${encodeURIComponent(number)}`,
  contact: "/contact",
  messages: "/messages",
  thread: (id: number) => `/messages/${id}`,
  threadReceipt: (id: number) => `/messages/${id}/receipt`,
  readThread: (id: number) => `/messages/${id}/read`,
  charter: "/charter",
  charterVersion: (number: number) => `/charter/versions/${number}`,
  charterContest: "/charter/contest",
  charterContestOf: (version: number) => `/charter/contest?version=${version}`,
  charterSeen: "/charter/seen",
  charterReceipt: (number: number) => `/charter/contest/${number}`,
  cookies: "/cookies",
  dashboard: "/dashboard",
  dossier: "/dossier",
  vitale: "/vitale",
  reimbursements: "/reimbursements",
  payment: (id: string) => `/reimbursements/${encodeURIComponent(id)}`,
  reimbursementsCsv: "/reimbursements/export.csv",
  mailBounces: "/mail/bounces",
  smsInbound: "/sms/inbound",
  staff: "/staff",
  staffLogin: "/staff/login",
  staffLoginThen: (next: string) => `/staff/login?next=${encodeURIComponent(next)}`,
  /** The same once a session was over. */
  staffLoginExpired: (next: string) => `/staff/login?next=${encodeURIComponent(next)}&expired`,
  staffLogout: "/staff/logout",
  staffSession: "/staff/session",
  staffSessionExtend: "/staff/session/extend",
  staffSessionDraft: "/staff/session/draft",
  staffSetUp: (token: string) => `/staff/set-up/${token}`,
  staffMembers: "/staff/members",
  staffMember: (id: string) => `/staff/members/${encodeURIComponent(id)}`,
  staffMemberOpen: (id: string) => `/staff/members/${encodeURIComponent(id)}/open`,
  staffMemberPart: (id: string, part: string) => `/staff/members/${encodeURIComponent(id)}/${part}`,
  staffMemberAct: (id: string, act: string) => `/staff/members/${encodeURIComponent(id)}/acts/${act}`,
  staffEhic: "/staff/ehic",
  staffCard: (id: string) => `/staff/ehic/${encodeURIComponent(id)}`,
  staffChanges: "/staff/changes",
  staffChange: (id: string) => `/staff/changes/${encodeURIComponent(id)}`,
  staffMessages: "/staff/messages",
  staffThread: (id: number) => `/staff/messages/${id}`,
  staffCases: "/staff/cases",
  staffCase: (id: number) => `/staff/cases/${id}`,
  staffInvitations: "/staff/invitations",
  staffInvite: "/staff/invitations/send",
  staffLetters: "/staff/invitations/letters",
  staffLettersCsv: "/staff/invitations/letters/csv",
  staffBounces: "/staff/bounces",
  staffBounce: (id: number) => `/staff/bounces/${id}`,
  staffRights: "/staff/rights",
  staffRight: (id: number) => `/staff/rights/${id}`,
  staffRightSettle: (id: number) => `/staff/rights/${id}/settle`,
  staffRightData: (id: number) => `/staff/rights/${id}/data`,
  staffImports: "/staff/imports",
  staffImport: (run: number) => `/staff/imports/${run}`,
  staffRejects: (run: number, file: number) => `/staff/imports/${run}/rejects/${file}`,
  staffRejectsCsv: (run: number, file: number) => `/staff/imports/${run}/rejects/${file}/csv`,
  staffMail: "/staff/mail",
  staffMailRetry: "/staff/mail/retry",
  staffEvidence: "/staff/evidence",
  staffEvidenceVerify: "/staff/evidence/verify",
  staffEvidenceExport: "/staff/evidence/export",
  staffNotices: "/staff/notices",
  staffCharter: "/staff/notices/charter",
  staffCharterContinue: "/staff/notices/charter/continue",
  staffMaintenance: "/staff/maintenance",
};

/** The same page in another language: its path, and the other parameters of its full address. */
export function inLanguage(path: string, address: string, language: Language): string {
  // A page that does not exist may be called `//evil`: as a link, that would be another host.
  const here = path.replace(/^[/\\]+/, "/");
  const mark = address.indexOf("?");
  if (mark < 0) return `${here}?lang=${language}`;
  const query = new URLSearchParams(address.slice(mark));
  query.set("lang", language);
  return `${here}?${query}`;
}

/**
 * A place of this portal to go to after sign-in, or undefined for anything that could lead elsewhere:
 * `//evil`, `/\evil`, `/.//evil`, `https:evil`, control characters.
 */
export function safeNext(text: string | undefined, origin: string): string | undefined {
  if (!text || text.length > 2_000 || !/^\/(?![/\\])/.test(text)) return undefined;
  if (/[\p{Cc}\\]/u.test(text)) return undefined;
  if (!URL.canParse(text, origin)) return undefined;
  const url = new URL(text, origin);
  // Dots are resolved by now: what is left may start with two slashes and name another host.
  if (url.origin !== new URL(origin).origin || url.pathname.startsWith("//")) return undefined;
  return url.pathname + url.search;
}
