import { describe, expect, test } from "vitest";
import { demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, staffCode, startPortal } from "../../../test/kit/portal.ts";
import { staffCommand } from "../../cli-staff.ts";
import { findStaff } from "../../domain/staff.ts";
import { seconds } from "../../lib/clock.ts";
import { totpCode } from "../../platform/totp.ts";
import { urls } from "../../web/urls.ts";

const email = "adviser@demo.example";
const longPassword = "Une longue phrase, 2026 !";

const facts = ({ db }: Portal) =>
  db.$client
    .prepare<[], { kind: string; details: string }>("SELECT kind, details FROM evidence WHERE kind LIKE 'staff.%'")
    .all()
    .map(({ kind, details }) => [kind, JSON.parse(details).staff]);

function runCommand(portal: Portal, ...argv: string[]) {
  const [printed, complained]: [string[], string[]] = [[], []];
  const print = (line: string) => void printed.push(line);
  const complain = (line: string) => void complained.push(line);
  const code = staffCommand({ ...portal, print, complain }, argv);
  return { code, printed: printed.join("\n"), complained: complained.join("\n") };
}

/** Somebody added by the operator: the link that was printed. */
function added(portal: Portal, who = "new@mutual.example", role = "adviser"): string {
  const { printed } = runCommand(portal, "add", who, "--role", role, "--json");
  return new URL(JSON.parse(printed).link).pathname;
}

const secretOn = (text: string) => /<code>([A-Z2-7 ]+)<\/code>/.exec(text)![1]!.replaceAll(" ", "");

describe("sign-in", () => {
  test("e-mail, password and code open the back office, and the journal says so", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const home = await adviser.get(urls.staff);
    expect([home.status, home.document.querySelector("h1")?.textContent]).toEqual([200, "À traiter"]);
    expect(facts(portal).at(-1)).toEqual(["staff.signed-in", email]);
  });

  test.each([
    ["no code", { code: "" }],
    ["a wrong code", { code: "000000" }],
    ["a wrong password", { password: "Wrong-pass-1" }],
    ["another e-mail", { email: "nobody@demo.example" }],
    ["letters as code", { code: "abcdef" }],
  ])("%s: nobody comes in, and what is wrong is not told", async (_what, wrong) => {
    const portal = await startPortal();
    const browser = portal.browser();
    const form = { email, password: demoPassword, code: staffCode(portal, email), ...wrong };
    const answer = await browser.post(urls.staffLogin, form);
    expect([answer.status, browser.cookies.has("staff")]).toEqual([422, false]);
    expect(answer.document.querySelector(".errors a")).not.toBeNull();
    expect(answer.text).not.toContain(demoPassword);
  });

  test("the answer is the same for a wrong password, a wrong code and an e-mail of nobody", async () => {
    const portal = await startPortal();
    const code = staffCode(portal, email);
    const summary = async (form: Record<string, string>) =>
      (await portal.browser().post(urls.staffLogin, form)).document.querySelector(".errors")?.textContent;
    const answers = [
      await summary({ email, password: "Wrong-pass-1", code }),
      await summary({ email, password: demoPassword, code: "000000" }),
      await summary({ email: "nobody@demo.example", password: demoPassword, code }),
    ];
    expect(answers[0]).toContain("ne vont pas ensemble");
    expect(new Set(answers).size).toBe(1);
  });

  test("a code is good once, even for twenty at the same time", async () => {
    const portal = await startPortal();
    const form = { email, password: demoPassword, code: staffCode(portal, email) };
    const tries = Array.from({ length: 20 }, (_, n) => portal.browser(`192.0.2.${n}`).post(urls.staffLogin, form));
    const answers = await Promise.all(tries);
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test("the fifth wrong try makes this address wait, and the owner elsewhere comes in", async () => {
    const portal = await startPortal();
    const stranger = portal.browser("192.0.2.66");
    const wrong = { email, password: "Wrong-pass-1", code: "000000" };
    const statuses: number[] = [];
    for (let n = 0; n < 6; n++) statuses.push((await stranger.post(urls.staffLogin, wrong)).status);
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    await portal.staffBrowser("adviser", "192.0.2.1");
    portal.advance({ minutes: 1 });
    expect((await stranger.post(urls.staffLogin, wrong)).status).toBe(422);
  });

  test.each([
    ["/staff/ehic", "/staff/ehic"],
    ["/dashboard", "/staff"],
    ["//evil.example", "/staff"],
    ["https://evil.example/staff", "/staff"],
  ])("next=%s leads to %s", async (next, wanted) => {
    const portal = await startPortal();
    const form = { email, password: demoPassword, code: staffCode(portal, email), next };
    expect((await portal.browser().post(urls.staffLogin, form)).location).toBe(wanted);
  });

  test("a member’s number and password open nothing here", async () => {
    const portal = await startPortal();
    const form = { email: "alice@demo.example", password: demoPassword, code: "123456" };
    expect((await portal.browser().post(urls.staffLogin, form)).status).toBe(422);
  });
});

describe("session", () => {
  test.each([
    [{ minutes: 14, seconds: 59 }, 200],
    [{ minutes: 15 }, 303],
    [{ minutes: 15, seconds: 1 }, 303],
  ])("idle for %j: %i", async (idle, status) => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    portal.advance(idle);
    expect((await adviser.get(urls.staff)).status).toBe(status);
  });

  test("each request begins the 15 minutes anew, for ten hours at most", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    for (let quarter = 0; quarter < 42; quarter++) {
      portal.advance({ minutes: 14 });
      expect((await adviser.get(urls.staff)).status).toBe(200);
    }
    portal.advance({ minutes: 12 });
    expect((await adviser.get(urls.staff)).status).toBe(303);
  });

  test("after sign-out, the cookie opens nothing more", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const cookie = adviser.cookies.get("staff")!;
    await adviser.post(urls.staffLogout, { logout: "on" });
    adviser.cookies.set("staff", cookie);
    expect((await adviser.get(urls.staff)).status).toBe(303);
  });

  test("the cookie is out of reach of scripts and of other sites, and is not kept", async () => {
    const portal = await startPortal();
    const form = { email, password: demoPassword, code: staffCode(portal, email) };
    const cookie = (await portal.browser().post(urls.staffLogin, form)).headers.getSetCookie().join();
    expect(cookie).toMatch(/^staff=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  test("a role that is taken away is gone at the next request", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    expect((await admin.get(urls.staff)).text).toContain(urls.staffImports);
    runCommand(portal, "add", "admin@demo.example", "--role", "adviser");
    expect((await admin.get(urls.staff)).text).not.toContain(urls.staffImports);
  });
});

describe("espace staff", () => {
  test("the printed link sets up password and authenticator, once; then all three open the back office", async () => {
    const portal = await startPortal();
    const link = added(portal);
    const browser = portal.browser();
    const page = await browser.get(link);
    expect(page.document.querySelector("h1")?.textContent).toBe("Préparer votre accès");
    const code = totpCode(secretOn(page.text), seconds(portal.clock));
    expect((await browser.post(link, { password: longPassword, code })).location).toBe(`${urls.staffLogin}?ready`);
    expect((await browser.get(link)).status).toBe(410);
    portal.advance({ seconds: 30 });
    const next = totpCode(secretOn(page.text), seconds(portal.clock));
    const form = { email: "New@Mutual.example", password: longPassword, code: next };
    expect((await browser.post(urls.staffLogin, form)).location).toBe(urls.staff);
    expect(facts(portal).map(([kind]) => kind)).toEqual(["staff.added", "staff.set-up", "staff.signed-in"]);
  });

  test.each([
    ["a short password", { password: "Court-1!" }],
    ["a known password", { password: "Azerty123456!" }],
    ["a wrong code", { code: "000000" }],
  ])("%s: the link stays good, and says what to do", async (_what, wrong) => {
    const portal = await startPortal();
    const link = added(portal);
    const browser = portal.browser();
    const code = totpCode(secretOn((await browser.get(link)).text), seconds(portal.clock));
    const answer = await browser.post(link, { password: longPassword, code, ...wrong });
    expect([answer.status, answer.document.querySelectorAll(".errors a").length]).toEqual([422, 1]);
    expect((await browser.get(link)).status).toBe(200);
  });

  test.each([
    [{ hours: 47, minutes: 59, seconds: 59 }, 200],
    [{ hours: 48 }, 410],
  ])("the link after %j: %i", async (later, status) => {
    const portal = await startPortal();
    const link = added(portal);
    portal.advance(later);
    expect((await portal.browser().get(link)).status).toBe(status);
  });

  test("a second link kills the first; what somebody signs in with stays good until it is used", async () => {
    const portal = await startPortal();
    const [first, second] = [added(portal, email), added(portal, email)];
    expect([(await portal.browser().get(first)).status, (await portal.browser().get(second)).status]).toEqual([
      410, 200,
    ]);
    const adviser = await portal.staffBrowser("adviser");
    const code = totpCode(secretOn((await portal.browser().get(second)).text), seconds(portal.clock));
    await portal.browser().post(second, { password: longPassword, code });
    expect((await adviser.get(urls.staff)).status).toBe(303);
  });

  test("who is disabled is out at once, and comes in no more", async () => {
    const portal = await startPortal();
    const adviser = await portal.staffBrowser("adviser");
    const code = staffCode(portal, email);
    expect(runCommand(portal, "disable", email).code).toBe(0);
    expect((await adviser.get(urls.staff)).status).toBe(303);
    expect((await portal.browser().post(urls.staffLogin, { email, password: demoPassword, code })).status).toBe(422);
    expect(findStaff(portal, email)).toBeUndefined();
    expect(runCommand(portal, "disable", email).code).toBe(1);
  });

  test.each([
    [[], 2],
    [["add"], 2],
    [["add", "a@b.example"], 2],
    [["add", "a@b.example", "--role", "king"], 2],
    [["add", "a@b.example", "c@d.example", "--role", "dpo"], 2],
    [["add", "not-an-address", "--role", "dpo"], 1],
    [["disable", "nobody@demo.example"], 1],
    [["--help"], 0],
  ])("staff %j ends with %i and one plain sentence", async (argv, code) => {
    const result = runCommand(await startPortal(), ...argv);
    expect(result.code).toBe(code);
    expect(code === 0 ? result.printed : result.complained).not.toMatch(/Error|at .*\.ts/);
  });
});
