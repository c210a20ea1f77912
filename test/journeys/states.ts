import type { Page } from "playwright-core";
import { linkIn, type Server } from "../kit/server.ts";

/** A page of the portal as people may find it; `open` leads a window there. */
export type State = { name: string; signedIn: boolean; open(page: Page, server: Server): Promise<unknown> };

const submit = (page: Page) => page.click("main form button[type=submit]");

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
  { name: "lapsed invitation", signedIn: false, open: (page) => page.goto(`/activate/${"A".repeat(43)}`) },
  { name: "charter", signedIn: false, open: (page) => page.goto("/charter") },
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
  { name: "account", signedIn: true, open: (page) => page.goto("/account?changed") },
  {
    name: "change of password with faults",
    signedIn: true,
    async open(page) {
      await page.goto("/account/password");
      await submit(page);
      await page.waitForSelector(".errors");
    },
  },
  { name: "activity", signedIn: true, open: (page) => page.goto("/account/activity") },
  { name: "dashboard", signedIn: true, open: (page) => page.goto("/dashboard") },
  { name: "reimbursements", signedIn: true, open: (page) => page.goto("/reimbursements") },
  { name: "reimbursements found", signedIn: true, open: (page) => page.goto("/reimbursements?q=consultation") },
  { name: "no reimbursement found", signedIn: true, open: (page) => page.goto("/reimbursements?q=zzzz") },
  { name: "search with faults", signedIn: true, open: (page) => page.goto("/reimbursements?from=31/02/2026&payer=x") },
  { name: "correction", signedIn: true, open: (page) => page.goto("/reimbursements/AMOEX10") },
  { name: "deduction", signedIn: true, open: (page) => page.goto("/reimbursements/AMOEX05") },
  { name: "paid to a professional", signedIn: true, open: (page) => page.goto("/reimbursements/AMOEX04") },
  { name: "waiting for the mutual", signedIn: true, open: (page) => page.goto("/reimbursements/AMOTODAY1") },
];
