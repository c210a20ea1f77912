import type { Page } from "playwright-core";
import { type Confirmed, confirmation } from "../../src/features/help/confirmation.ts";
import { readConfig } from "../../src/platform/config.ts";
import { createSeal } from "../../src/platform/seal.ts";
import { linkIn, type Server, until } from "../kit/server.ts";
import { ange, farid, mailAfter, questionIn, registerIn } from "./registering.ts";
import { demoPassword } from "./visitor.ts";

/** A page of the portal as people may find it; `open` leads a window there. */
export type State = { name: string; signedIn: boolean; open(page: Page, server: Server): Promise<unknown> };

/** The page that confirms a case, under the key of the portal. */
function confirmed({ dataDir }: Server, what: Confirmed): string {
  const { secretKeys } = readConfig({ DATA_DIR: dataDir }, dataDir);
  return confirmation({ seal: createSeal(secretKeys.map(({ key }) => key)) }, what, 7);
}

const submit = (page: Page) => page.click("main form button[type=submit]");

/** Gives Chloé's password, and turns her second step on if it is not yet. Ends at the second step. */
async function toSecondStep(page: Page): Promise<void> {
  const givePassword = async () => {
    await page.goto("/login");
    await page.fill("#identifier", "10000003");
    await page.fill("#password", demoPassword);
    await submit(page);
    await page.waitForURL(/dashboard|second-factor/);
  };
  await givePassword();
  if (page.url().endsWith("/dashboard")) {
    await page.goto("/account/second-factor");
    await page.click("main form[action$='/mail'] button");
    await page.waitForSelector(".codes");
    await page.click("header .who button");
    await page.waitForURL("**/login?out");
    await givePassword();
  }
}

/** Gives the code of the mail that the second step sends. */
async function throughSecondStep(page: Page, server: Server): Promise<void> {
  const codes = async () =>
    (await server.mails("chloe@demo.example")).flatMap(({ text = "" }) => /\b\d{4} \d{4}\b/.exec(text)?.[0] ?? []);
  const before = (await codes()).length;
  await page.click("main form[action$='/mail'] button");
  await page.fill("#code", await until(async () => (await codes())[before]));
  await page.press("#code", "Enter");
  await page.waitForURL("**/dashboard");
}

/** Every page and every state of it, for what must hold everywhere. */
export const states: State[] = [
  { name: "home", signedIn: false, open: (page) => page.goto("/") },
  { name: "sign-in", signedIn: false, open: (page) => page.goto("/login") },
  {
    name: "sign-in with faults",
    signedIn: false,
    async open(page) {
      await page.goto("/login");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  {
    name: "sign-in after the session ended",
    signedIn: false,
    async open(page, { url }) {
      await page.context().addCookies([{ name: "session", value: "over", url }]);
      await page.goto("/login?next=%2Fdashboard");
    },
  },
  {
    name: "invitation",
    signedIn: false,
    open: async (page, server) => page.goto(linkIn(await server.waitForMail("david@demo.example"))),
  },
  {
    name: "invitation with faults",
    signedIn: false,
    async open(page, server) {
      await page.goto(linkIn(await server.waitForMail("david@demo.example")));
      await page.fill("#password", "demo");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "registration", signedIn: false, open: (page) => page.goto("/register") },
  {
    name: "registration with faults",
    signedIn: false,
    async open(page) {
      await page.goto("/register");
      await page.fill("#birthDay", "31");
      await page.fill("#birthMonth", "juin");
      await page.fill("#birthYear", "2015");
      await page.check("#alertSms");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "registration sent", signedIn: false, open: (page) => page.goto("/register?sent") },
  {
    name: "registration to confirm",
    signedIn: false,
    async open(page, server) {
      await page.goto(linkIn(await mailAfter(server, ange.email, () => registerIn(page, ange))));
    },
  },
  {
    name: "question to a representative",
    signedIn: false,
    async open(page, server) {
      const asked = await mailAfter(server, "nadia@home.example", () => registerIn(page, farid()));
      await page.goto(questionIn(asked));
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "question to a representative over", signedIn: false, open: (page) => page.goto("/guardian/none") },
  { name: "lapsed invitation", signedIn: false, open: (page) => page.goto(`/activate/${"A".repeat(43)}`) },
  { name: "charter", signedIn: false, open: (page) => page.goto("/charter") },
  { name: "cookies", signedIn: false, open: (page) => page.goto("/cookies") },
  { name: "sign-in without cookies", signedIn: false, open: (page) => page.goto("/login?next=%2Fdossier&nocookie") },
  { name: "page not found", signedIn: false, open: (page) => page.goto("/no/such/page") },
  {
    name: "too many tries",
    signedIn: false,
    async open(page) {
      for (let tries = 0; tries < 6; tries++) {
        await page.goto("/login");
        await page.fill("#identifier", "99999999");
        await page.fill("#password", "Faux-Faux-1");
        await submit(page);
      }
      await page.waitForSelector("h1:not(:has-text('connect')):not(:has-text('Sign in'))");
    },
  },
  { name: "forgotten password", signedIn: false, open: (page) => page.goto("/password/forgot") },
  { name: "forgotten password asked", signedIn: false, open: (page) => page.goto("/password/forgot?sent") },
  { name: "lapsed link of a new password", signedIn: false, open: (page) => page.goto("/password/reset/none") },
  { name: "lost credentials", signedIn: false, open: (page) => page.goto("/help/credentials") },
  {
    name: "lost credentials with faults",
    signedIn: false,
    async open(page) {
      await page.goto("/help/credentials");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "lost credentials reported", signedIn: false, open: (page) => page.goto("/help/credentials?sent") },
  { name: "account blocked", signedIn: false, open: (page, server) => page.goto(confirmed(server, "frozen")) },
  {
    name: "lapsed link that blocks an account",
    signedIn: false,
    open: (page) => page.goto("/help/credentials/freeze/none"),
  },
  { name: "lost credentials signed in", signedIn: true, open: (page) => page.goto("/help/credentials") },
  { name: "audit open", signedIn: true, open: (page, server) => page.goto(confirmed(server, "audit")) },
  { name: "version of the charter", signedIn: false, open: (page) => page.goto("/charter/versions/4") },
  { name: "nothing to contest", signedIn: true, open: (page) => page.goto("/charter/contest") },
  { name: "account", signedIn: true, open: (page) => page.goto("/account?changed") },
  { name: "deletion of the account", signedIn: true, open: (page) => page.goto("/account/delete") },
  {
    name: "deletion of the account with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/account/delete");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  {
    name: "change of password with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/account/password");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "cases", signedIn: true, open: (page) => page.goto("/account/cases") },
  { name: "activity", signedIn: true, open: (page) => page.goto("/account/activity") },
  { name: "my data", signedIn: true, open: (page) => page.goto("/account/data") },
  { name: "contact", signedIn: false, open: (page) => page.goto("/contact") },
  { name: "message about a payment", signedIn: true, open: (page) => page.goto("/contact?about=AMOEX05") },
  {
    name: "message with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/contact");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  {
    name: "message received",
    signedIn: true,
    async open(page) {
      await page.goto("/contact?topic=rights");
      await page.fill("#subject", "Opposition");
      await page.fill("#message", "Je m’oppose à la prospection.");
      await submit(page);
      await page.waitForURL("**/receipt");
    },
  },
  { name: "messages", signedIn: true, open: (page) => page.goto("/messages") },
  {
    name: "conversation",
    signedIn: true,
    async open(page) {
      await page.goto("/messages");
      await page.click("main tbody a");
      await page.waitForURL(/messages\/\d+$/);
    },
  },
  { name: "dashboard", signedIn: true, open: (page) => page.goto("/dashboard") },
  { name: "file", signedIn: true, open: (page) => page.goto("/dossier") },
  { name: "Vitale card", signedIn: true, open: (page) => page.goto("/vitale") },
  {
    name: "declaration of a card with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/vitale/declare");
      await submit(page);
      // Five minutes after the sign-in, the password is asked for once more.
      await page.waitForSelector(".errors, #password");
      if (await page.isVisible("#password")) {
        await page.fill("#password", demoPassword);
        await submit(page);
        await page.waitForURL("**/vitale/declare");
        await submit(page);
      }
      await page.waitForSelector(".errors");
    },
  },
  { name: "preferences", signedIn: true, open: (page) => page.goto("/preferences") },
  {
    name: "preferences with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/preferences");
      await page.fill("#mobile", "x");
      await page.click("#preferences button");
      await page.waitForSelector(".errors");
    },
  },
  { name: "link to unsubscribe that does not work", signedIn: false, open: (page) => page.goto("/unsubscribe/none") },
  { name: "changes asked", signedIn: true, open: (page) => page.goto("/dossier/changes?done=asked") },
  { name: "change of contact", signedIn: true, open: (page) => page.goto("/dossier/contact") },
  {
    name: "change of address with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/dossier/address");
      // Five minutes after the sign-in, the password is asked for once more.
      if (page.url().includes("/account/confirm")) {
        await page.fill("#password", demoPassword);
        await submit(page);
        await page.waitForURL("**/dossier/address");
      }
      await page.fill("#line2", "Chambre 😀");
      await page.fill("#line6", "Lille");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  {
    name: "change of account with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/dossier/bank");
      await page.fill("#iban", "FR7630004001230000045678960");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  {
    name: "code of a mobile",
    signedIn: true,
    async open(page) {
      await page.goto("/dossier/changes");
      const open = page.locator("main a[href$='/confirm']");
      if (await open.count()) return open.first().click();
      await page.goto("/dossier/contact");
      await page.fill("#mobile", "06 98 76 54 32");
      await page.fill("#password", demoPassword);
      await submit(page);
      await page.waitForURL("**/confirm");
    },
  },
  { name: "lapsed link of a new address", signedIn: true, open: (page) => page.goto("/dossier/email/none") },
  { name: "lapsed link that stops a change", signedIn: false, open: (page) => page.goto("/dossier/stop/none") },
  { name: "forms", signedIn: false, open: (page) => page.goto("/forms") },
  { name: "forms signed in", signedIn: true, open: (page) => page.goto("/forms") },
  {
    name: "forms with faults",
    signedIn: true,
    open: (page) => page.goto("/documents/forms/accident.pdf?accidentDay=31&accidentMonth=6&accidentYear=2026"),
  },
  { name: "documents", signedIn: true, open: (page) => page.goto("/documents") },
  {
    name: "certificate of rights",
    signedIn: true,
    async open(page) {
      await page.goto("/documents/rights-certificate?beneficiaries=P0001");
      await page.click("main summary");
    },
  },
  {
    name: "certificate with faults",
    signedIn: true,
    open: (page) => page.goto("/documents/rights-certificate?chosen=1"),
  },
  {
    name: "certificate refused",
    signedIn: true,
    open: (page) => page.goto("/documents/mutual-certificate?contract=C0001"),
  },
  { name: "European card", signedIn: true, open: (page) => page.goto("/ehic") },
  {
    name: "European card with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/ehic");
      await page.click("#ask form button[type=submit]");
      await page.waitForSelector(".errors");
    },
  },
  {
    name: "European certificate",
    signedIn: true,
    async open(page) {
      await page.goto("/ehic");
      // The first time issues it, the next times it is there already.
      const known = page.locator("#ehic-1 a[href^='/ehic/certificates/']");
      if ((await known.count()) > 0) await known.click();
      else {
        await page.check("#lost-1");
        await page.click("#ehic-1 form[action='/ehic/certificates'] button");
      }
      await page.waitForSelector(".document");
    },
  },
  { name: "check of a certificate", signedIn: false, open: (page) => page.goto("/verify?code=") },
  {
    name: "number of a certificate typed as its code",
    signedIn: false,
    open: (page) => page.goto("/verify?code=CP-20261123-AAAAA-AAAAA"),
  },
  { name: "unknown code", signedIn: false, open: (page) => page.goto("/verify/0000-0000-0000-0000") },
  { name: "reimbursements", signedIn: true, open: (page) => page.goto("/reimbursements") },
  { name: "reimbursements found", signedIn: true, open: (page) => page.goto("/reimbursements?q=consultation") },
  { name: "no reimbursement found", signedIn: true, open: (page) => page.goto("/reimbursements?q=zzzz") },
  { name: "search with faults", signedIn: true, open: (page) => page.goto("/reimbursements?from=31/02/2026&payer=x") },
  { name: "correction", signedIn: true, open: (page) => page.goto("/reimbursements/AMOEX10") },
  { name: "deduction", signedIn: true, open: (page) => page.goto("/reimbursements/AMOEX05") },
  { name: "paid to a professional", signedIn: true, open: (page) => page.goto("/reimbursements/AMOEX04") },
  { name: "waiting for the mutual", signedIn: true, open: (page) => page.goto("/reimbursements/AMOTODAY1") },
  { name: "two-step sign-in", signedIn: true, open: (page) => page.goto("/account/second-factor") },
  {
    name: "authenticator app with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/account/second-factor");
      // Five minutes after the sign-in, the password is asked for once more.
      if (await page.isVisible("main a.button")) {
        await page.click("main a.button");
        await page.fill("#password", demoPassword);
        await submit(page);
      }
      await page.click("main form[action$='/totp/start'] button");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "second step", signedIn: false, open: toSecondStep },
  {
    name: "second step with faults",
    signedIn: false,
    async open(page) {
      await toSecondStep(page);
      await page.press("#code", "Enter");
      await page.waitForSelector(".errors");
    },
  },
  // The last of a visitor's: it leaves somebody signed in.
  {
    name: "recovery codes",
    signedIn: false,
    async open(page, server) {
      await toSecondStep(page);
      await throughSecondStep(page, server);
      await page.goto("/account/second-factor");
      await page.click("main form[action$='/recovery-codes'] button");
      await page.waitForSelector(".codes");
    },
  },
];
