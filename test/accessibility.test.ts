import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createApp } from "../src/app.tsx";
import { takeBounce } from "../src/domain/bounces.ts";
import { publishCharter } from "../src/domain/charter-publishing.ts";
import { keepDraft } from "../src/domain/drafts.ts";
import { startCheck } from "../src/domain/evidence-checking.ts";
import { setMaintenance } from "../src/domain/maintenance.ts";
import { sendNotice } from "../src/domain/notice-sending.ts";
import { answerThread } from "../src/domain/thread-answers.ts";
import { unsubscribeToken } from "../src/domain/unsubscribe.ts";
import { confirmation } from "../src/features/help/confirmation.ts";
import { openRejectReport } from "../src/feeds/rejects.ts";
import { createPasswords } from "../src/platform/passwords.ts";
import { Browser, demoPassword, type Page } from "./kit/browser.ts";
import { validator } from "./kit/html-validator.ts";
import { type Portal, startPortal } from "./kit/portal.ts";
import { confirmationLink, farid, manon, linkIn as registrationLink, settled } from "./kit/registration.ts";
import { cheapHashing } from "./kit/settings.ts";

const drawn = new Map<string, Promise<Map<string, Page>>>();

/** Every page of the portal and every page of refusal, in one language; drawn once for all the tests that look at them. */
function everyPage(lang: "fr" | "en"): Promise<Map<string, Page>> {
  const pages = drawn.get(lang) ?? drawEveryPage(lang);
  drawn.set(lang, pages);
  return pages;
}

/** The page behind the link of a forgotten password, asked for or sent. */
async function newPassword(portal: Portal, lang: string, fields?: Record<string, string>): Promise<Page> {
  const visitor = portal.browser("127.0.0.5");
  visitor.cookies.set("lang", lang);
  await visitor.post("/password/forgot", { identifier: "10000003" });
  await new Promise((resolve) => setImmediate(resolve));
  const text = portal.mailsTo("chloe@demo.example").at(-1)?.text ?? "";
  const link = /\/password\/reset\/[\w-]+/.exec(text)![0];
  return fields ? visitor.post(link, fields) : visitor.get(link);
}

/** The page behind the link that blocks an account. */
async function blocking(portal: Portal, lang: string): Promise<Page> {
  const visitor = portal.browser("127.0.0.6");
  visitor.cookies.set("lang", lang);
  const report = { kind: "lost", identifier: "10000003", email: "chloe@demo.example", message: "?" };
  await visitor.post("/help/credentials", report);
  await new Promise((resolve) => setImmediate(resolve));
  const mail = portal.mailsTo("chloe@demo.example").findLast(({ kind }) => kind === "freeze.link");
  return visitor.get(/\/help\/credentials\/freeze\/[\w-]+/.exec(mail!.text)![0]);
}

/** What somebody meets who turns on the second step of the sign-in, and gives it. */
async function secondFactorPages(portal: Portal, lang: string): Promise<[string, Page][]> {
  const [chloe, later] = [portal.browser("127.0.0.7"), portal.browser("127.0.0.9")];
  for (const browser of [chloe, later]) browser.cookies.set("lang", lang);
  await chloe.signIn("chloe");
  const pages: [string, Page][] = [["two-step sign-in", await chloe.get("/account/second-factor")]];
  await chloe.post("/account/second-factor/totp/start");
  pages.push(["authenticator app", await chloe.get("/account/second-factor/totp")]);
  pages.push(["authenticator app with faults", await chloe.post("/account/second-factor/totp", { code: "0" })]);
  await chloe.post("/account/second-factor/mail");
  pages.push(["recovery codes", await chloe.get("/account/second-factor/recovery-codes")]);
  pages.push(["two-step sign-in on", await chloe.get("/account/second-factor?kept")]);
  await later.signIn("chloe");
  pages.push(["second step", await later.get("/login/second-factor?next=/account")]);
  pages.push(["second step, code sent", await later.get("/login/second-factor?sent")]);
  pages.push(["second step with faults", await later.post("/login/second-factor", { code: "000000" })]);
  pages.push(["second step over", await portal.browser().get(`/login?over&lang=${lang}`)]);
  return pages;
}

/** What stands above the pages when something befalls the service, or when mails come back. */
async function noticePages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const alice = portal.browser("127.0.0.2");
  alice.cookies.set("lang", lang);
  const startsAt = portal.clock() / 1000 + 40 * 86_400;
  const subject = { fr: "Travaux dans la nuit", en: "Work at night" };
  const text = { fr: "Votre espace ferme.\n\nIl rouvrira.", en: "Your account closes.\n\nIt will open again." };
  const notice = { startsAt, endsAt: startsAt + 3600, subject, text };
  await sendNotice(portal, { ...notice, kind: "interruption" }, { sentBy: "operator" });
  await sendNotice(portal, { ...notice, kind: "change" }, { sentBy: "operator" });
  const address = "alice@demo.example";
  takeBounce(portal, { kind: "hard", recipient: address, messageId: undefined, status: "", reason: "" }, "signed");
  await alice.signIn("alice");
  return [
    ["sign-in with notices", await portal.browser().get(`/login?lang=${lang}`)],
    ["dashboard with notices, mails come back", await alice.get("/dashboard")],
  ];
}

/** Writing to the mutual, from the form to the end of a conversation. */
async function messagePages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const alice = portal.browser("127.0.0.2");
  alice.cookies.set("lang", lang);
  await alice.signIn("alice");
  const none = await alice.get("/messages");
  const fields = { topic: "rights", subject: "Droits", message: "Une ligne\nUne autre", about: "/dossier#rights" };
  const { location } = await alice.post("/contact", fields);
  const answer = { threadId: 1, staff: "operator", text: "Réponse", close: false };
  answerThread(portal, answer);
  const pages: [string, Page][] = [
    ["contact", await portal.browser().get(`/contact?lang=${lang}`)],
    ["contact form", await alice.get("/contact?about=%2Freimbursements%2FAMOEX02%23EX02")],
    ["contact form with faults", await alice.post("/contact", { topic: "x", message: " " })],
    ["no message", none],
    ["message received", await alice.get(location!)],
    ["messages", await alice.get("/messages")],
    ["answer to read", await alice.get("/messages/1")],
    ["reply with faults", await alice.post("/messages/1")],
    ["dashboard with an answer", await alice.get("/dashboard")],
  ];
  answerThread(portal, { ...answer, close: true });
  pages.push(["conversation closed", await alice.get("/messages/1?sent")]);
  pages.push(["reply too late", await alice.post("/messages/1", { message: "Encore" })]);
  return pages;
}

/** What is asked of the back office, from the forms to the list. */
async function changePages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [visitor, alice, chloe] = [portal.browser(), portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  for (const browser of [visitor, alice, chloe]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  await chloe.signIn("chloe");
  const address = { line1: "Mme Alice Martin", line4: "1 rue Neuve", line6: "59000 Lille", country: "FR" };
  const account = { iban: "DE89370400440532013000", holder: "Alice Martin", password: demoPassword };
  const linkOf = (path: string, to = "alice@demo.example") =>
    portal.mailsTo(to).flatMap(({ text }) => new RegExp(`${path}/[\\w-]{43}`).exec(text) ?? [])[0]!;
  const pages: [string, Page][] = [
    ["no change asked", await alice.get("/dossier/changes")],
    ["change of address", await alice.get("/dossier/address")],
    ["change of address with faults", await alice.post("/dossier/address", { line1: "😀", country: "XX" })],
    ["change of contact", await alice.get("/dossier/contact")],
    ["change of contact with faults", await alice.post("/dossier/contact", { email: "x", mobile: "x" })],
    ["change of account", await alice.get("/dossier/bank")],
    ["change of account with faults", await alice.post("/dossier/bank", { usage: "", iban: "x", bic: "x" })],
  ];
  await alice.post("/dossier/address", address);
  await alice.post("/dossier/bank", { ...account, usage: "amo" });
  const contact = { email: "neuve@demo.example", mobile: "06 98 76 54 32", password: demoPassword };
  const { location } = await alice.post("/dossier/contact", contact);
  pages.push(["code of a mobile", await alice.get(location!)]);
  pages.push(["code of a mobile with faults", await alice.post(location!, { code: "x" })]);
  pages.push(["change asked already", await alice.post("/dossier/address", { ...address, line5: "BP 1" })]);
  pages.push(["changes asked", await alice.get("/dossier/changes?done=asked")]);
  pages.push(["file with changes", await alice.get("/dossier")]);
  pages.push(["change of address under way", await alice.get("/dossier/address")]);
  pages.push(["new e-mail", await alice.get(linkOf("/dossier/email", contact.email))]);
  pages.push(["new e-mail lapsed", await chloe.get(linkOf("/dossier/email", contact.email))]);
  const stop = linkOf("/dossier/stop");
  pages.push(["change of account to stop", await visitor.get(stop)]);
  pages.push(["change of account stopped", await visitor.follow(await visitor.post(stop))]);
  pages.push(["change of account to stop lapsed", await visitor.get(stop)]);
  const next = "Autre-Demo-2026!";
  await chloe.post("/account/password", { currentPassword: demoPassword, password: next });
  pages.push(["change of account paused", await chloe.get("/dossier/bank")]);
  return pages;
}

/** What a member receives, in its states, and the link that stops it. */
async function preferencesPages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [visitor, bob] = [portal.browser(), portal.browser("127.0.0.2")];
  for (const browser of [visitor, bob]) browser.cookies.set("lang", lang);
  await bob.signIn("bob");
  const accountId = portal.db.$client
    .prepare<[], string>("SELECT id FROM accounts WHERE member_id = 'P0002'")
    .pluck()
    .get()!;
  const link = `/unsubscribe/${unsubscribeToken(portal.seal, accountId, "offers")}`;
  const pages: [string, Page][] = [
    ["preferences", await bob.get("/preferences")],
    ["preferences with faults", await bob.post("/preferences", { alertSms: "on", language: "fr" })],
  ];
  await bob.post("/preferences", { offers: "on", alertSms: "on", mobile: "06 98 76 54 32", language: lang });
  pages.push(["preferences, number to confirm", await bob.get("/preferences?saved")]);
  portal.db.$client.exec(
    "UPDATE accounts SET mobile = '+33698765432', mobile_verified_at = 1 WHERE member_id = 'P0002'",
  );
  pages.push(["preferences, change under way", await bob.post("/preferences/mobile/forget", { forget: "on" })]);
  pages.push(["list to stop", await visitor.get(link)]);
  pages.push(["list stopped", await visitor.post(link)]);
  pages.push(["link that stops nothing", await visitor.get("/unsubscribe/none")]);
  return pages;
}

/** A lost card told from the account, and the forms that do the same on paper. */
async function cardPages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [visitor, alice] = [portal.browser(), portal.browser("127.0.0.2")];
  for (const browser of [visitor, alice]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  const form = await alice.get("/vitale/declare");
  const card = form.document.querySelector("input[name=card]")!.getAttribute("value")!;
  const day = { happenedDay: "1", happenedMonth: "11", happenedYear: "2026" };
  const fields = { card, reason: "vol", ...day, place: "Lille", description: "Deux\nlignes", policeReport: "n° 1" };
  const pages: [string, Page][] = [
    ["forms", await visitor.get("/forms")],
    ["forms signed in", await alice.get("/forms")],
    [
      "forms with faults",
      await alice.get("/documents/forms/accident.pdf?accidentDay=x&accidentMonth=&accidentYear=26"),
    ],
    ["declaration of a card", form],
    ["declaration of a card with faults", await alice.post("/vitale/declare", { card })],
  ];
  const { location } = await alice.post("/vitale/declare", { ...fields, honour: "on" });
  pages.push(["declaration of a card received", await alice.get(location!)]);
  pages.push(["Vitale card declared", await alice.get("/vitale")]);
  portal.db.$client.exec(
    `INSERT INTO vitale_cards (member_id, card_number, status, status_on, version, digest)
     VALUES ('P0007', '3590070007', 'active', '2026-02-01', 1, x'00')`,
  );
  pages.push(["declaration of one of two cards", await alice.post("/vitale/declare", fields)]);
  portal.db.$client.exec("UPDATE vitale_cards SET status = 'invalidee'");
  pages.push(["no card to declare", await alice.get("/vitale/declare")]);
  return pages;
}

/** The European card, from the form to the certificate that stands in for it. */
async function europeanPages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [alice, bob, chloe] = [portal.browser(), portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  for (const browser of [alice, bob, chloe]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  await bob.signIn("bob");
  await chloe.signIn("chloe");
  const stay = { country: "ES", departureDay: "1", departureMonth: "12", departureYear: "2026" };
  const back = { returnDay: "9", returnMonth: "12", returnYear: "2026" };
  const both: [string, string][] = [
    ["beneficiaries", "P0001"],
    ["beneficiaries", "P0007"],
    ...Object.entries({ ...stay, ...back }),
  ];
  const pages: [string, Page][] = [
    ["European card", await alice.get("/ehic")],
    ["European card of an affiliate", await bob.get("/ehic")],
    ["European card without rights", await chloe.get("/ehic")],
    ["European card with faults", await alice.post("/ehic/requests", { country: "FR", departureDay: "x" })],
    ["European card refused", await alice.post("/ehic/requests", both)],
    ["European certificate refused", await alice.post("/ehic/certificates", { beneficiary: "P0001" })],
    ["European certificate of nobody", await chloe.post("/ehic/certificates", { beneficiary: "P0003" })],
    ["European certificate to be issued", await alice.get("/ehic?certificate=P0007")],
    ["number of a certificate typed as its code", await bob.get("/verify?code=CP-20261123-AAAAA-AAAAA")],
  ];
  await alice.post("/ehic/requests", { ...stay, ...back, beneficiaries: "P0007" });
  pages.push(["European card asked for", await alice.get("/ehic?done=asked")]);
  pages.push(["dashboard with a request", await alice.get("/dashboard")]);
  const { location } = await alice.post("/ehic/certificates", { beneficiary: "P0007" });
  pages.push(["European certificate", await alice.get(location!)]);
  pages.push(["European card with a certificate", await alice.get("/ehic")]);
  portal.db.$client.exec("UPDATE members SET birth_name = 'AUTRE', usual_name = NULL WHERE member_id = 'P0007'");
  portal.db.$client.exec("UPDATE card_requests SET requested_at = 1");
  portal.db.$client.exec("UPDATE data_freshness SET as_of = 1");
  portal.advance({ seconds: 6 });
  pages.push(["European card late, with an old certificate", await alice.get("/ehic")]);
  portal.db.$client.exec("UPDATE card_requests SET state = 'refused'");
  pages.push(["European card refused without a reason", await alice.get("/ehic")]);
  portal.db.$client.exec("UPDATE certificates SET revoked_at = 1");
  pages.push(["European certificate revoked", await alice.get(location!)]);
  portal.config.organisation = { ...portal.config.organisation, amoMode: "relayed" };
  pages.push(["European card of the caisse", await alice.get("/ehic")]);
  return pages;
}

/** What a new version of the charter brings: in a portal of its own, where every page announces it. */
async function newCharter(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [alice, bob] = [portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  for (const browser of [alice, bob]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  const nothing = await alice.get("/charter/contest");
  const text = "# Charte\n\nNouvelle règle.\n\n## Article\n\n- un\n- deux\n";
  await publishCharter(portal, { number: 5, effectiveOn: "2027-01-01", text });
  const [form, faulty] = [await alice.get("/charter/contest"), await alice.post("/charter/contest")];
  const { location } = await alice.post("/charter/contest", { message: "Non." });
  const pages: [string, Page][] = [
    ["charter to come", await portal.browser().get(`/charter/versions/5?lang=${lang}`)],
    ["nothing to contest", nothing],
    ["contest", form],
    ["contest with faults", faulty],
    ["contest received", await alice.get(location!)],
    ["contested before", await alice.get("/charter/contest")],
    ["account that contested", await alice.get("/account")],
    ["cases", await alice.get("/account/cases")],
  ];
  await publishCharter(portal, { number: 6, effectiveOn: "2027-02-01", text: `${text}- trois\n` });
  await bob.signIn("bob");
  pages.push(["two charters announced", await bob.get("/charter/contest?version=5")]);
  pages.push(["account with two charters announced", await bob.get("/account")]);
  pages.push(["contested, another to contest", await alice.get("/charter/contest?version=5")]);
  portal.advance({ days: 40 });
  await bob.signIn("bob");
  pages.push(["charter replaced", await bob.get("/charter/versions/4")]);
  pages.push(["contest too late", await bob.get("/charter/contest")]);
  return pages;
}

const accountIdOf = (portal: Portal, memberId: string) =>
  portal.db.$client.prepare<[string], string>("SELECT id FROM accounts WHERE member_id = ?").pluck().get(memberId)!;

/** Every page on the way from the form to an open account, a minor's included. */
async function registrationPages(lang: "fr" | "en"): Promise<[string, Page][]> {
  const portal = await startPortal();
  const visitor = portal.browser();
  visitor.cookies.set("lang", lang);
  await visitor.post("/register", manon);
  await visitor.post("/register", farid);
  await settled();
  const [own, his] = ["manon@demo.example", "farid@demo.example"].map((to) => confirmationLink(portal, to));
  const question = registrationLink(portal, "nadia@home.example", "guardian.asked");
  const pages: [string, Page][] = [
    ["registration", await visitor.get("/register")],
    [
      "registration with faults",
      await visitor.post("/register", { ...farid, guardianName: "1", birthMonth: "13", offers: "x", mobile: "1" }),
    ],
    ["registration sent", await visitor.get("/register?sent")],
    ["registration confirmed by a minor", await visitor.get("/register?awaiting")],
    ["registration cancelled", await visitor.get("/register?cancelled")],
    ["registration link renewed", await visitor.get("/register?renewed")],
    ["registration mail sent again", await visitor.get("/register?resent")],
    ["registration to confirm", await visitor.get(own!)],
    ["confirm first", await visitor.signIn(manon.identifier, manon.password)],
    ["question to a representative", await visitor.get(question)],
    ["question to a representative with faults", await visitor.post(question)],
    ["question to a representative over", await visitor.get("/guardian/none")],
    ["representative agreed", await visitor.get("/guardian/answered/accept")],
    ["representative refused", await visitor.get("/guardian/answered/refuse")],
  ];
  await visitor.post(his!);
  pages.push(["awaiting a representative", await visitor.signIn(farid.identifier, farid.password)]);
  portal.advance({ days: 3 });
  pages.push(["registration link lapsed", await visitor.get(own!)]);
  return pages;
}

/** The address that a certificate is checked at. */
async function checkOf(browser: Browser): Promise<string> {
  return /\/verify\/[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}/.exec((await browser.get("/documents/rights-certificate")).text)![0];
}

/** The back office has a frame of its own: other words in its title and its footer. */
const isOfStaff = (name: string) => name.startsWith("staff: ");

/** Finding a person from the back office, opening the file, reading it and acting on the account. */
async function staffMemberPages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const alice = portal.browser("127.0.0.2");
  await alice.signIn("alice");
  await alice.post("/contact", { topic: "rights", subject: "Droits", message: "Une ligne" });
  const adviser = await portal.staffBrowser("adviser");
  adviser.cookies.set("lang", lang);
  const file = "/staff/members/P0001";
  const sure = { reason: "?", confirm: "on" };
  const pages: [string, Page][] = [
    ["staff: search", await adviser.get("/staff/members")],
    ["staff: search with faults", await adviser.post("/staff/members")],
    ["staff: people found", await adviser.post("/staff/members", { q: "lefevre" })],
    ["staff: nobody found", await adviser.post("/staff/members", { q: "xyzxyz" })],
    ["staff: reason asked", await adviser.get(file)],
    ["staff: reason with faults", await adviser.post(`${file}/open`, { reason: "other" })],
  ];
  await adviser.post(`${file}/open`, { reason: "call" });
  await adviser.post("/staff/members/P0004/open", { reason: "check" });
  const parts = ["", "/dossier", "/reimbursements", "/payments/AMOEX02", "/vitale", "/ehic", "/documents", "/requests"];
  for (const part of [...parts, "/messages", "/messages/1", "/cases", "/activity"])
    pages.push([`staff: file${part}`, await adviser.get(file + part)]);
  pages.push(["staff: no account", await adviser.get("/staff/members/P0004?done=invite")]);
  pages.push(["staff: act", await adviser.get(`${file}/acts/annul`)]);
  pages.push(["staff: act with faults", await adviser.post(`${file}/acts/annul`)]);
  await adviser.post(`${file}/acts/annul`, sure);
  pages.push(["staff: act too late", await adviser.post(`${file}/acts/annul`, sure)]);
  return pages;
}

/** What runs the service from the back office: requests about data, imports, mails, proofs, notices, maintenance. */
async function staffOpsPages(lang: string): Promise<[string, Page][]> {
  const portal = await startPortal();
  const [admin, alice] = [await portal.staffBrowser("admin"), portal.browser("127.0.0.2")];
  for (const browser of [admin, alice]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  const letter = { number: "10000001", kind: "access", channel: "post", reference: "SCAN-1", note: "?" };
  const received = { receivedDay: "20", receivedMonth: "11", receivedYear: "2026" };
  const pages: [string, Page][] = [
    ["staff: rights", await admin.get("/staff/rights")],
    ["staff: rights with faults", await admin.post("/staff/rights", { number: "x", kind: "x" })],
    ["staff: right", await admin.follow(await admin.post("/staff/rights", { ...letter, ...received }))],
    ["staff: right with faults", await admin.post("/staff/rights/1/settle")],
  ];
  await admin.post("/staff/rights/1/settle", { outcome: "granted", result: "Oui" });
  const late = await admin.post("/staff/rights/1/settle", { outcome: "refused", result: "Non" });
  pages.push(
    ["staff: right too late", late],
    ["staff: right settled", await admin.get("/staff/rights/1?done=settled")],
  );
  pages.push(["staff: rights settled", await admin.get("/staff/rights?state=closed")]);
  await admin.post("/staff/rights", { ...letter, ...received, reference: "SCAN-2" });
  await admin.post("/staff/rights/2/settle", { outcome: "refused", result: "Non" });
  pages.push(["staff: right without its data", await admin.post("/staff/rights/2/data")]);
  portal.db.$client.exec(`INSERT INTO feed_runs (run_id, mode, started_at) VALUES (90, 'delta', 1);
    INSERT INTO feed_files (run_id, name, entity, sha256, rows, refusal) VALUES (90, 'amo_1.csv', 'amo', x'00', 1, 'no');
    INSERT INTO mails (message_id, kind, recipient, language, content_sealed, state, queued_at, due_at, settled_at, answer)
      VALUES ('d', 'password.reset', 'a@b.example', 'fr', x'00', 'dead', 1, 1, 1, '550 <a@b.example> no')`);
  const report = openRejectReport(join(portal.dataDir, "rejects"), "amo_1.csv");
  report.add("amo", { line: 2, key: "P1", fault: { code: "E_DATE", column: "x" } });
  report.close();
  pages.push(
    ["staff: imports", await admin.get("/staff/imports")],
    ["staff: import", await admin.get("/staff/imports/90")],
  );
  pages.push(["staff: rejects", await admin.get("/staff/imports/90/rejects/1")]);
  pages.push(["staff: mail", await admin.get("/staff/mail?retried=1")]);
  pages.push(["staff: evidence", await admin.get("/staff/evidence")]);
  pages.push(["staff: evidence with faults", await admin.post("/staff/evidence", { number: "x", fromDay: "99" })]);
  pages.push(["staff: evidence of somebody", await admin.post("/staff/evidence", { number: "10000001" })]);
  pages.push(["staff: verify", await admin.get("/staff/evidence/verify")]);
  pages.push(["staff: verify with faults", await admin.post("/staff/evidence/verify", { noted: "x" })]);
  await startCheck(portal, undefined);
  pages.push(["staff: verified", await admin.get("/staff/evidence/verify")]);
  pages.push(["staff: notices", await admin.get("/staff/notices")]);
  pages.push(["staff: notices with faults", await admin.post("/staff/notices", { kind: "x" })]);
  pages.push(["staff: charter with faults", await admin.post("/staff/notices/charter", { number: "1" })]);
  pages.push(["staff: maintenance", await admin.get("/staff/maintenance")]);
  pages.push(["staff: maintenance with faults", await admin.post("/staff/maintenance", { seen: "0", untilDay: "99" })]);
  const change = {
    until: portal.clock() / 1000 + 3600,
    message: "Travaux",
    actor: "operator",
    by: "operator",
  } as const;
  setMaintenance(portal, { mode: "read-only", ...change });
  pages.push(["read-only", await alice.get("/cookies")]);
  const sent = { subject: "Question", message: "Une longue question à garder", password: "x" };
  pages.push(["form not saved", await alice.post("/contact", sent)]);
  setMaintenance(portal, { mode: "closed", ...change });
  pages.push(["closed", await alice.get("/dashboard")], ["closed for the back office", await admin.get("/charter")]);
  pages.push(["staff: maintenance under way", await admin.get("/staff/maintenance")]);
  setMaintenance(portal, { mode: "open", until: null, message: null, actor: "operator", by: "operator" });
  portal.advance({ hours: 49 });
  await alice.signIn("alice");
  pages.push(["late data", await alice.get("/dashboard")]);
  return pages;
}

async function drawEveryPage(lang: "fr" | "en"): Promise<Map<string, Page>> {
  const portal = await startPortal();
  const [visitor, alice, bob] = [portal.browser(), portal.browser("127.0.0.2"), portal.browser("127.0.0.3")];
  for (const browser of [visitor, alice, bob]) browser.cookies.set("lang", lang);
  await alice.signIn("alice");
  keepDraft(portal, accountIdOf(portal, "P0002"), "/help/credentials", [["message", "?"]]);
  await bob.signIn("bob");
  const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example")[0]!.text)![0];
  const pages = new Map<string, Page>([
    ["home", await visitor.get("/")],
    ["sign-in", await visitor.get("/login?next=/reimbursements")],
    ["sign-in after sign-out", await visitor.get("/login?out")],
    ["sign-in without cookies", await visitor.get("/login?next=/dossier&nocookie")],
    ["cookies", await visitor.get("/cookies")],
    ["sign-in with faults", await visitor.post("/login")],
    ["sign-in refused", await visitor.signIn("chloe", "Wrong-pass-1")],
    ["charter", await visitor.get("/charter")],
    ["activation", await visitor.get(link)],
    ["activation with faults", await visitor.post(link, { password: "abc" })],
    ["activation lapsed", await visitor.get("/activate/none")],
    ...(await registrationPages(lang)),
    ...(await staffMemberPages(lang)),
    ...(await staffOpsPages(lang)),
    ["forgotten password", await visitor.get("/password/forgot")],
    ["forgotten password with faults", await visitor.post("/password/forgot")],
    ["forgotten password asked", await visitor.get("/password/forgot?sent")],
    ["new password", await newPassword(portal, lang)],
    ["new password with faults", await newPassword(portal, lang, { password: "abc" })],
    ["new password lapsed", await visitor.get("/password/reset/none")],
    ["lost credentials", await visitor.get("/help/credentials")],
    ["lost credentials signed in", await alice.get("/help/credentials")],
    ["form that was kept", await bob.get("/help/credentials")],
    ["lost credentials with faults", await visitor.post("/help/credentials", { email: "x" })],
    ["lost credentials reported", await visitor.get("/help/credentials?sent")],
    ["audit open", await alice.get(confirmation(portal, "audit", 7))],
    ["account blocked", await visitor.get(confirmation(portal, "frozen", 7))],
    ["blocking link", await blocking(portal, lang)],
    ["blocking link lapsed", await visitor.get("/help/credentials/freeze/none")],
    ["account", await alice.get("/account")],
    ["account after a change", await alice.get("/account?changed")],
    ["change of password", await alice.get("/account/password")],
    ["change of password with faults", await alice.post("/account/password", { password: "abc" })],
    ["deletion", await alice.get("/account/delete")],
    ["deletion with faults", await alice.post("/account/delete")],
    ["activity", await alice.get("/account/activity")],
    ["no cases", await bob.get("/account/cases")],
    ["my data", await alice.get("/account/data")],
    ["dashboard", await alice.get("/dashboard")],
    ["file", await alice.get("/dossier")],
    ["file without a mutual", await bob.get("/dossier")],
    ["Vitale card", await alice.get("/vitale")],
    ["documents", await alice.get("/documents")],
    ["documents without a mutual", await bob.get("/documents")],
    ["certificate of rights", await alice.get("/documents/rights-certificate")],
    ["certificate of rights with faults", await alice.get("/documents/rights-certificate?chosen=1")],
    ["certificate of the mutual", await alice.get("/documents/mutual-certificate")],
    ["third-party payment card", await alice.get("/documents/card")],
    ["certificate refused", await alice.get("/documents/mutual-certificate?contract=C0001")],
    ["certificate of another situation", await bob.get("/documents/mutual-certificate")],
    ["check", await visitor.get("/verify")],
    ["check with faults", await visitor.get("/verify?code=")],
    ["check of an unknown code", await visitor.get("/verify/0000-0000-0000-0000")],
    ["check of a certificate", await visitor.get(await checkOf(alice))],
    ["list", await alice.get("/reimbursements")],
    ["list searched", await alice.get("/reimbursements?payer=amo&from=2025-11-01&to=2025-11-30&beneficiary=P0001&q=a")],
    ["list empty", await alice.get("/reimbursements?q=introuvable")],
    ["list with faults", await alice.get("/reimbursements?from=x&to=y&payer=z")],
    ["list without a mutual", await bob.get("/reimbursements")],
    ["payment", await alice.get("/reimbursements/AMOEX02")],
    ["payment corrected", await alice.get("/reimbursements/AMOEX01")],
    ["payment with deductions", await alice.get("/reimbursements/AMOEX05")],
    ["payment rejected", await bob.get("/reimbursements/AMOREJECT1")],
    ...(await newCharter(lang)),
    ...(await messagePages(lang)),
    ...(await noticePages(lang)),
    ...(await cardPages(lang)),
    ...(await europeanPages(lang)),
    ...(await changePages(lang)),
    ...(await preferencesPages(lang)),
    ["400", await alice.get("/reimbursements?before=x")],
    ["403", await visitor.post("/login", {}, { origin: "https://evil.example", "sec-fetch-site": "cross-site" })],
    ["404", await visitor.get("/nowhere")],
    ["404 signed in", await alice.get("/reimbursements/none")],
    ["413", await visitor.post("/login", { identifier: "a".repeat(70_000) })],
  ]);
  for (const [name, page] of await secondFactorPages(portal, lang)) pages.set(name, page);
  for (let index = 0; index < 5; index++) await visitor.signIn("99999999", "Wrong-pass-1");
  pages.set("429", await visitor.signIn("99999999", "Wrong-pass-1"));
  const full = new Browser(
    createApp({ ...portal, passwords: createPasswords(cheapHashing, 0) }),
    portal.config.origin,
    "127.0.0.8",
  );
  full.cookies.set("lang", lang);
  const crowd = await Promise.all(
    Array.from({ length: 8 }, () => full.post("/login", { identifier: "1", password: "1" })),
  );
  pages.set("503", crowd.find(({ status }) => status === 503)!);
  portal.db.$client.exec("DROP TABLE charter_versions");
  pages.set("500", await visitor.get("/charter"));
  return pages;
}

const own = { fr: "Aller au contenu", en: "Skip to content" } as const;

describe.each(["fr", "en"] as const)("in %s, every page and every refusal", (lang) => {
  test("is valid HTML", async () => {
    for (const [name, { text }] of await everyPage(lang)) {
      const report = await validator.validateString(text);
      const faults = report.results.flatMap(({ messages }) =>
        messages.map(({ ruleId, message, line, column }) => `${ruleId}: ${message} (${line}:${column})`),
      );
      expect([name, faults]).toEqual([name, []]);
    }
  });

  test("says its language, and what is in another one says so", async () => {
    for (const [name, { document, headers }] of await everyPage(lang)) {
      expect([name, document.documentElement.getAttribute("lang")]).toEqual([name, lang]);
      expect(headers.get("content-language")).toBe(lang);
      const other = document.querySelector('header a[rel="alternate"]');
      expect(other?.getAttribute("lang")).toBe(lang === "fr" ? "en" : "fr");
      if (name === "charter") expect(document.querySelector("main h1")?.getAttribute("lang")).toBe("fr");
    }
  });

  test("has one first heading, no level skipped after it, and a title of its own that begins with it or with the fault", async () => {
    const titles = new Map<string, string>();
    for (const [name, { document, status }] of await everyPage(lang)) {
      const levels = [...document.querySelectorAll("main h1, main h2, main h3, main h4, footer h2")].map(
        ({ tagName }) => Number(tagName[1]),
      );
      expect([name, levels.filter((level) => level === 1).length]).toEqual([name, 1]);
      const fromFirst = levels.slice(levels.indexOf(1));
      for (const [index, level] of fromFirst.entries())
        if (index > 0) expect(level - fromFirst[index - 1]!).toBeLessThanOrEqual(1);
      const title = document.title;
      expect(title).toMatch(isOfStaff(name) ? / – Espace conseil SMENO$/ : / – Espace Personnel SMENO$/);
      if (status === 422) expect(title).toMatch(lang === "fr" ? /^Erreur – / : /^Error – /);
      else titles.set(name, title);
    }
    const sameOnPurpose = new Map([
      ["staff: people found", "staff: search"],
      ["staff: nobody found", "staff: search"],
      ["staff: right settled", "staff: right"],
      ["staff: rights settled", "staff: rights"],
      ["staff: evidence of somebody", "staff: evidence"],
      ["staff: verified", "staff: verify"],
      ["staff: maintenance under way", "staff: maintenance"],
      ["read-only", "cookies"],
      ["closed for the back office", "charter"],
      ["late data", "dashboard"],
      ["sign-in after sign-out", "sign-in"],
      ["registration link lapsed", "activation lapsed"],
      ["European card of an affiliate", "European card"],
      ["European card without rights", "European card"],
      ["European certificate of nobody", "European card"],
      ["European card asked for", "European card"],
      ["European card with a certificate", "European card"],
      ["European card of the caisse", "European card"],
      ["European certificate to be issued", "European card"],
      ["European card late, with an old certificate", "European card"],
      ["European card refused without a reason", "European card"],
      ["European certificate revoked", "European certificate"],
      ["dashboard with a request", "dashboard"],
      ["file without a mutual", "file"],
      ["documents without a mutual", "documents"],
      ["certificate of another situation", "certificate refused"],
      ["list searched", "list"],
      ["list empty", "list"],
      ["list without a mutual", "list"],
      ["404 signed in", "404"],
      ["account after a change", "account"],
      ["account that contested", "account"],
      ["account with two charters announced", "account"],
      ["two charters announced", "contest"],
      ["contested, another to contest", "contested before"],
      ["no cases", "cases"],
      ["sign-in without cookies", "sign-in"],
      ["two-step sign-in on", "two-step sign-in"],
      ["second step, code sent", "second step"],
      ["second step over", "sign-in"],
      ["lost credentials signed in", "lost credentials"],
      ["form that was kept", "lost credentials"],
      ["contact form", "contact"],
      ["reply too late", "contact"],
      ["messages", "no message"],
      ["conversation closed", "answer to read"],
      ["dashboard with an answer", "dashboard"],
      ["dashboard with notices, mails come back", "dashboard"],
      ["sign-in with notices", "sign-in"],
      ["forms signed in", "forms"],
      ["Vitale card declared", "Vitale card"],
      ["preferences, number to confirm", "preferences"],
      ["preferences, change under way", "preferences"],
      ["changes asked", "no change asked"],
      ["file with changes", "file"],
      ["change of address under way", "change of address"],
      ["change of account to stop lapsed", "new e-mail lapsed"],
    ]);
    for (const name of sameOnPurpose.keys()) titles.delete(name);
    expect(new Set(titles.values()).size).toBe(titles.size);
  });

  test("begins with the link that skips to the content, and has its landmarks once each", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const first = document.querySelector("body a, body button, body input")!;
      expect([name, first.getAttribute("href"), first.textContent]).toEqual([name, "#content", own[lang]]);
      expect(document.querySelector("#content")?.tagName).toBe("MAIN");
      expect(document.querySelector("#content")?.getAttribute("tabindex")).toBe("-1");
      for (const landmark of ["header", "main", "footer"])
        expect([name, landmark, document.querySelectorAll(`body > ${landmark}`).length]).toEqual([name, landmark, 1]);
      const names = [...document.querySelectorAll("nav")].map((nav) => nav.getAttribute("aria-label"));
      expect(names.every(Boolean)).toBe(true);
      expect(new Set(names).size).toBe(names.length);
    }
  });

  test("ends with the phone to call and the way to write, and never asks for a password otherwise", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const footer = document.querySelector("body > footer")!;
      if (isOfStaff(name)) {
        expect(footer.textContent).toMatch(/Ne demandez jamais son mot de passe|Never ask a member for their password/);
        continue;
      }
      expect([name, footer.querySelector('a[href="tel:+33972676000"]')?.textContent]).toEqual([
        name,
        expect.stringContaining("09 72 67 60 00"),
      ]);
      expect(footer.querySelector('a[href^="/contact"]')?.textContent).toBe(
        lang === "fr" ? "nous contacter par e-mail" : "contact us by e-mail",
      );
      expect(footer.textContent).toContain(
        lang === "fr"
          ? "ne vous demandera jamais votre mot de passe"
          : "Nobody at SMENO will ever ask for your password",
      );
    }
  });

  test("has ids that are unique, and every reference to one finds it", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
      expect([name, ids.filter((id, index) => ids.indexOf(id) !== index)]).toEqual([name, []]);
      for (const attribute of ["for", "aria-describedby", "aria-labelledby", "aria-controls"])
        for (const element of document.querySelectorAll(`[${attribute}]`))
          for (const id of element.getAttribute(attribute)!.split(" "))
            expect([name, attribute, id, ids.includes(id)]).toEqual([name, attribute, id, true]);
      for (const link of document.querySelectorAll('a[href^="#"]'))
        expect(ids).toContain(link.getAttribute("href")!.slice(1));
    }
  });

  test("labels every field with words, says what is required, and every button and link has a name", async () => {
    for (const [name, { document }] of await everyPage(lang)) {
      for (const field of document.querySelectorAll("input:not([type=hidden]), select, textarea")) {
        const label = document.querySelector(`label[for="${field.id}"]`);
        expect([name, field.id, (label?.textContent ?? "").trim().length > 1]).toEqual([name, field.id, true]);
      }
      for (const control of document.querySelectorAll("a, button"))
        expect([name, control.outerHTML, control.textContent.trim() !== ""]).toEqual([name, control.outerHTML, true]);
      for (const table of document.querySelectorAll("table")) {
        expect((table.querySelector("caption")?.textContent ?? "").trim()).not.toBe("");
        for (const header of table.querySelectorAll("th"))
          expect(["col", "row"]).toContain(header.getAttribute("scope"));
      }
    }
  });

  test("with faults says first how many, in an alert that is focused, with a link to each field and the same words beside it", async () => {
    const faulty = [...(await everyPage(lang))].filter(([, { status }]) => status === 422);
    expect(faulty.map(([name]) => name)).toEqual([
      "sign-in with faults",
      "sign-in refused",
      "activation with faults",
      "registration with faults",
      "question to a representative with faults",
      "staff: search with faults",
      "staff: reason with faults",
      "staff: act with faults",
      "staff: rights with faults",
      "staff: right with faults",
      "staff: evidence with faults",
      "staff: verify with faults",
      "staff: notices with faults",
      "staff: charter with faults",
      "staff: maintenance with faults",
      "forgotten password with faults",
      "new password with faults",
      "lost credentials with faults",
      "change of password with faults",
      "deletion with faults",
      "certificate of rights with faults",
      "check with faults",
      "list with faults",
      "contest with faults",
      "contact form with faults",
      "reply with faults",
      "forms with faults",
      "declaration of a card with faults",
      "declaration of one of two cards",
      "European card with faults",
      "European card refused",
      "European certificate refused",
      "number of a certificate typed as its code",
      "change of address with faults",
      "change of contact with faults",
      "change of account with faults",
      "code of a mobile with faults",
      "preferences with faults",
      "authenticator app with faults",
      "second step with faults",
    ]);
    for (const [name, { document }] of faulty) {
      const summary = document.querySelector("main")!.firstElementChild!;
      expect([name, summary.className, summary.hasAttribute("autofocus")]).toEqual([name, "errors", true]);
      const links = [...summary.querySelectorAll("[role=alert] a")];
      expect(summary.querySelector("h2")?.textContent).toContain(String(links.length));
      for (const link of links) {
        const field = document.getElementById(link.getAttribute("href")!.slice(1))!;
        expect(field.getAttribute("aria-invalid")).toBe("true");
        expect(document.getElementById(`${field.id}-error`)?.textContent).toContain(link.textContent);
      }
      expect(document.querySelectorAll('[aria-invalid="true"]')).toHaveLength(links.length);
    }
  });
});

test("no page shows the name of a message instead of the message, nor a hole in a sentence", async () => {
  for (const lang of ["fr", "en"] as const)
    for (const [name, { document }] of await everyPage(lang)) {
      const text = document.body.textContent;
      expect([name, /\{\{|\}\}|\bundefined\b|\bNaN\b|\[object|\bnull\b/.exec(text)]).toEqual([name, null]);
      expect([
        name,
        /\b(?:reimbursements|errors|login|activation|form|dashboard|common):?\.[a-z]\w+/i.exec(text),
      ]).toEqual([name, null]);
    }
});

test("the two languages show the same page: the same elements, other words", async () => {
  const [french, english] = [await everyPage("fr"), await everyPage("en")];
  for (const [name, { document, status }] of french) {
    const other = english.get(name)!;
    expect([name, other.status]).toEqual([name, status]);
    // The words of the feed are French, and named so on an English page.
    const tags = (page: Page["document"]) =>
      [...page.querySelectorAll('body *:not(span[lang="fr"]:not([aria-current]))')].map(({ tagName }) => tagName);
    expect([name, tags(other.document)]).toEqual([name, tags(document)]);
    expect(other.document.querySelector("main")?.textContent).not.toBe(document.querySelector("main")?.textContent);
  }
});

test("changing the language keeps the page and its search, and is remembered", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  for (const path of [
    "/reimbursements?payer=amo&q=%C3%A9t%C3%A9+%26+co",
    "/reimbursements/AMOEX02",
    "/dashboard",
    "/charter",
    "/nowhere?x=1",
  ]) {
    alice.cookies.delete("lang");
    const page = await alice.get(path);
    const link = page.document.querySelector('header a[rel="alternate"]')!.getAttribute("href")!;
    const [here, there] = [new URL(path, "http://x"), new URL(link, "http://x")];
    expect(there.pathname).toBe(here.pathname);
    expect(Object.fromEntries(there.searchParams)).toEqual({ ...Object.fromEntries(here.searchParams), lang: "en" });
    const english = await alice.get(link);
    expect([english.status, english.document.documentElement.getAttribute("lang")]).toEqual([page.status, "en"]);
    expect(english.headers.getSetCookie().find((cookie) => cookie.startsWith("lang="))).toMatch(
      /^lang=en; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect((await alice.get(path)).document.documentElement.getAttribute("lang")).toBe("en");
  }
});

test("a language that is not one is ignored: French first", async () => {
  const portal = await startPortal();
  for (const value of ["de", "EN", "fr-FR", "", "../en", "en,fr", "__proto__"]) {
    const page = await portal.browser().get(`/?lang=${encodeURIComponent(value)}`, {
      "accept-language": "de",
      cookie: `lang=${encodeURIComponent(value)}`,
    });
    expect([value, page.status, page.document.documentElement.getAttribute("lang")]).toEqual([value, 200, "fr"]);
    expect(page.headers.getSetCookie()).toEqual([]);
  }
});
