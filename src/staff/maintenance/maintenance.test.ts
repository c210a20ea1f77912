import { describe, expect, test } from "vitest";
import { demoPassword, type Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { maintenanceCommand } from "../../cli-maintenance.ts";
import { type MaintenanceMode, setMaintenance } from "../../domain/maintenance.ts";
import { seconds } from "../../lib/clock.ts";
import { openBase } from "../../platform/base.ts";
import { urls } from "../../web/urls.ts";

const evening = Date.parse("2026-12-05T22:00:00+01:00") / 1000;

const set = (portal: Portal, mode: MaintenanceMode, until: number | null = null, message: string | null = null) =>
  setMaintenance(portal, { mode, until, message, actor: "operator", by: "operator" });

const main = ({ document }: Page) => document.querySelector("main")!.textContent.replace(/\s+/g, " ");
const rows = ({ db }: Portal, table: string) => db.$client.prepare(`SELECT count(*) FROM ${table}`).pluck().get();

/** The command line as another process: its own handle on the same base. */
function command(portal: Portal, ...argv: string[]) {
  const [said, complained]: [string[], string[]] = [[], []];
  const base = openBase(portal.config);
  const output = {
    print: (line: string) => void said.push(line),
    complain: (line: string) => void complained.push(line),
  };
  const code = maintenanceCommand({ ...base, clock: portal.clock, ...output }, argv);
  base.db.$client.close();
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}

describe("8.2 closed", () => {
  test.each(["/", "/login", "/dashboard", "/register", "/verify", "/nothing", "/reimbursements/x", "/charter/contest"])(
    "%s answers 503, until when, and that nobody is liable",
    async (path) => {
      const portal = await startPortal();
      set(portal, "closed", evening, "Nouvelle base de données");
      const page = await portal.browser().get(path);
      expect([page.status, page.headers.get("retry-after")]).toEqual([503, String(evening - seconds(portal.clock))]);
      expect(main(page)).toContain("5 décembre 2026 à 22:00");
      expect(main(page)).toContain("Article 7 de la charte");
      expect(main(page)).toContain("Nouvelle base de données");
      expect(page.headers.get("cache-control")).toContain("no-store");
    },
  );

  test.each(["/charter", "/charter/versions/4", "/cookies", "/forms", "/forms/vitale.pdf", "/healthz", "/readyz"])(
    "%s stays",
    async (path) => {
      const portal = await startPortal();
      set(portal, "closed");
      const page = await portal.browser().get(path);
      expect(page.status).toBe(200);
      if (path === "/charter") expect(page.document.querySelector("section.banner")?.textContent).toContain("fermé");
    },
  );

  test("the files of the pages and the back office stay", async () => {
    const portal = await startPortal();
    const style = (await portal.browser().get("/")).document
      .querySelector("link[rel=stylesheet]")!
      .getAttribute("href")!;
    set(portal, "closed");
    expect((await portal.browser().get(style)).status).toBe(200);
    const admin = await portal.staffBrowser("admin");
    const home = await admin.get(urls.staff);
    expect([home.status, home.document.querySelector("section.banner") !== null]).toEqual([200, true]);
  });

  test("no form does anything, and the link of a mail stays good", async () => {
    const portal = await startPortal();
    const visitor = portal.browser();
    const link = /\/activate\/[\w-]+/.exec(portal.mailsTo("david@demo.example").at(-1)!.text)![0];
    set(portal, "closed");
    const before = [rows(portal, "one_time_links"), rows(portal, "sessions"), rows(portal, "evidence")];
    expect((await visitor.get(link)).status).toBe(503);
    expect((await visitor.post(link, { password: "Abcdefg1!" })).status).toBe(503);
    expect((await visitor.signIn("alice")).status).toBe(503);
    expect((await visitor.post("/help/credentials", { kind: "lost" })).status).toBe(503);
    expect([rows(portal, "one_time_links"), rows(portal, "sessions"), rows(portal, "evidence")]).toEqual(before);
    set(portal, "open");
    expect((await visitor.get(link)).status).toBe(200);
  });

  test("a session outlives it", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    set(portal, "closed");
    expect((await alice.get("/dashboard")).status).toBe(503);
    set(portal, "open");
    expect((await alice.get("/dashboard")).status).toBe(200);
  });

  test.each([
    ["one second before the announced end", -1, "1", "Il doit rouvrir"],
    ["at the announced end", 0, "3600", "Il devait rouvrir"],
    ["one second after it", 1, "3600", "Il devait rouvrir"],
  ])("%s", async (_when, offset, retry, words) => {
    const portal = await startPortal();
    set(portal, "closed", evening);
    portal.setTime((evening + offset) * 1000);
    const page = await portal.browser().get("/login");
    expect([page.headers.get("retry-after"), main(page).includes(words)]).toEqual([retry, true]);
  });

  test("without an announced end: an hour, and so it says", async () => {
    const portal = await startPortal();
    set(portal, "closed");
    const page = await portal.browser().get("/login?lang=en");
    expect([page.status, page.headers.get("retry-after")]).toEqual([503, "3600"]);
    expect(main(page)).toContain("We do not know yet");
  });

  test("a message in French is told to be French, and is no markup", async () => {
    const portal = await startPortal();
    set(portal, "closed", null, "<b>Travaux</b>");
    const { document } = await portal.browser().get("/login?lang=en");
    expect(document.querySelector('main [lang="fr"]')?.textContent).toBe("<b>Travaux</b>");
  });

  test("what another site sends is still refused as such", async () => {
    const portal = await startPortal();
    set(portal, "closed");
    const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await portal.browser().post("/login", {}, foreign)).status).toBe(403);
  });
});

describe("8.2 read-only", () => {
  test("pages work under a banner, and a form is not heard and not lost", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    set(portal, "read-only", evening);
    const page = await alice.get("/dashboard");
    expect([page.status, page.document.querySelector("section.banner")?.textContent]).toEqual([
      200,
      expect.stringContaining("22:00"),
    ]);
    const message = "Bonjour,\nvoici ma longue question <b>";
    const sent = await alice.post("/contact", { topic: "other", subject: "Question", message, password: "Secret-1!" });
    expect([sent.status, sent.headers.get("retry-after")]).toEqual([503, String(evening - seconds(portal.clock))]);
    expect(rows(portal, "threads")).toBe(0);
    const fields = [...sent.document.querySelectorAll('main form[action="/contact"] input')].map((input) => [
      input.getAttribute("name")!,
      input.getAttribute("value")!,
    ]);
    expect(fields).toEqual([
      ["topic", "other"],
      ["subject", "Question"],
      ["message", message],
    ]);
    expect(sent.document.querySelector("main .written")?.textContent).toBe(message);
    expect(sent.text).not.toContain("Secret-1!");
    expect(rows(portal, "drafts")).toBe(1);
    set(portal, "open");
    expect((await alice.post("/contact", fields as [string, string][])).status).toBe(303);
    expect(rows(portal, "threads")).toBe(1);
  });

  test("signing in and out, keeping a session and blocking an account stay possible", async () => {
    const portal = await startPortal();
    set(portal, "read-only");
    const alice = portal.browser();
    expect((await alice.signIn("alice")).location).toBe("/dashboard");
    expect((await alice.post("/session/extend")).status).toBe(303);
    expect((await alice.post("/help/credentials", { kind: "lost", message: "volé" })).status).not.toBe(503);
    const bob = portal.browser("127.0.0.2");
    await bob.signIn("bob");
    expect((await bob.post("/logout")).status).toBe(303);
    expect((await bob.post("/unsubscribe/x")).status).not.toBe(503);
    expect((await bob.post("/account/devices/x/revoke")).status).not.toBe(503);
  });

  test.each([
    "/register",
    "/preferences",
    "/account/password",
    "/password/forgot",
    "/dossier/address",
    "/charter/seen",
  ])("POST %s is not heard", async (path) => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    set(portal, "read-only");
    const before = rows(portal, "evidence");
    expect((await alice.post(path, { password: demoPassword })).status).toBe(503);
    expect(rows(portal, "evidence")).toBe(before);
  });
});

describe("the command line and the server", () => {
  test("a running server follows within two seconds, without a query for each request", async () => {
    const portal = await startPortal();
    const visitor = portal.browser();
    expect((await visitor.get("/login")).status).toBe(200);
    const { code, said } = command(portal, "on", "--until", "2026-12-05 22:00", "--message", "Mise à jour", "--json");
    expect([code, JSON.parse(said)]).toMatchObject([0, { mode: "closed", until: evening, message: "Mise à jour" }]);
    expect((await visitor.get("/login")).status).toBe(200);
    portal.advance({ seconds: 1 });
    expect((await visitor.get("/login")).status).toBe(503);
    expect(command(portal, "off").said).toBe("The portal is open.");
    portal.advance({ seconds: 1 });
    expect((await visitor.get("/login")).status).toBe(200);
    expect(command(portal, "show", "--json").said).toContain('"mode":"open"');
  });

  test.each([
    [["on", "--until", "yesterday"], 2],
    [["on", "--until", "2026-11-22 22:00"], 1],
    [["on", "--until", "2027-03-28 02:30"], 2],
    [["off", "--until", "2026-12-05 22:00"], 2],
    [["on", "--message", "x".repeat(301)], 1],
    [["on", "more"], 2],
    [["closed"], 2],
    [["toString"], 2],
    [[], 2],
  ])("%j is refused, and changes nothing", async (argv, code) => {
    const portal = await startPortal();
    expect(command(portal, ...argv).code).toBe(code);
    expect((await portal.browser().get("/login")).status).toBe(200);
  });

  test("a state that nobody can read closes nothing", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("INSERT INTO settings VALUES ('maintenance', '{')");
    expect((await portal.browser().get("/login")).status).toBe(200);
  });
});

describe("/staff/maintenance", () => {
  const form = { mode: "closed", untilDay: "5", untilMonth: "12", untilYear: "2026", untilTime: "22h00" };
  const asked = { ...form, message: "Travaux", confirm: "on", seen: "0" };

  test("an admin closes the portal and opens it again; the journal tells who", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const done = await admin.post(urls.staffMaintenance, asked);
    expect([done.status, done.location]).toEqual([303, `${urls.staffMaintenance}?done`]);
    expect((await portal.browser().get("/login")).headers.get("retry-after")).toBe(
      String(evening - seconds(portal.clock)),
    );
    const page = await admin.follow(done);
    expect(main(page)).toContain("Le site est fermé aux membres.");
    expect(main(page)).toContain("Décidé par admin@demo.example");
    const seen = page.document.querySelector('input[name="seen"]')!.getAttribute("value")!;
    expect((await admin.post(urls.staffMaintenance, { mode: "open", confirm: "on", seen })).status).toBe(303);
    expect((await portal.browser().get("/login")).status).toBe(200);
    const facts = portal.db.$client
      .prepare("SELECT actor, details ->> 'mode', details ->> 'staff' FROM evidence WHERE kind = 'maintenance.changed'")
      .raw()
      .all();
    expect(facts).toEqual([
      ["staff", "closed", "admin@demo.example"],
      ["staff", "open", "admin@demo.example"],
    ]);
  });

  test.each([
    ["without confirmation", { confirm: "" }, "confirm"],
    ["a mode there is not", { mode: "half" }, "mode"],
    ["an end that is past", { untilYear: "2025" }, "untilDay"],
    ["a day that does not exist", { untilDay: "31", untilMonth: "2" }, "untilDay"],
    ["a time that does not exist", { untilTime: "25:00" }, "untilTime"],
    ["a day without a time", { untilTime: "" }, "untilTime"],
    ["a message too long", { message: "x".repeat(301) }, "message"],
  ])("%s: told beside the field, with what was typed, and nothing done", async (_what, change, field) => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const { confirm, ...rest } = { ...asked, ...change };
    const page = await admin.post(urls.staffMaintenance, confirm === "" ? rest : { ...rest, confirm });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(`.errors a[href="#${field}"]`)).not.toBeNull();
    expect(page.document.querySelector(`#${field}`)).not.toBeNull();
    expect(page.document.querySelector("#untilMonth")?.getAttribute("value")).toBe(rest.untilMonth);
    expect((await portal.browser().get("/login")).status).toBe(200);
  });

  test("two admins at once: one decides, the others are told by whom", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    const answers = await Promise.all(Array.from({ length: 20 }, () => admin.post(urls.staffMaintenance, asked)));
    expect(answers.map(({ status }) => status).sort()).toEqual([303, ...Array(19).fill(409)]);
    const conflict = answers.find(({ status }) => status === 409)!;
    expect(main(conflict)).toContain("admin@demo.example");
    expect(main(conflict)).toContain("Travaux");
    expect(
      portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE kind = 'maintenance.changed'").pluck().get(),
    ).toBe(1);
  });

  test("a made-up state that was seen is malformed", async () => {
    const portal = await startPortal();
    const admin = await portal.staffBrowser("admin");
    expect((await admin.post(urls.staffMaintenance, { ...asked, seen: "x" })).status).toBe(400);
  });
});
