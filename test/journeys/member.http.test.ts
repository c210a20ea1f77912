import { afterAll, describe, expect, test } from "vitest";
import {
  demoFolder,
  espace,
  killServers,
  linkIn,
  removeFolders,
  runtimes,
  type Server,
  startServer,
} from "../kit/server.ts";
import { david, davidsFirstFeed } from "./david.ts";
import { visitor } from "./visitor.ts";

const password = "Quatre-Chemins-77";

afterAll(() => {
  killServers();
  removeFolders();
});

describe.each(runtimes)("on %s", (runtime) => {
  test("an invited member opens an account, reads reimbursements and leaves", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const browser = visitor(server);

    // Invitation.
    const path = linkIn(await server.waitForMail(david.email));
    const invitation = await browser.get(path);
    expect(invitation.status).toBe(200);
    expect(invitation.document.querySelector("input[name=username]")?.getAttribute("value")).toBe(david.number);

    // A password that is too weak, then a good one; the link has served.
    const refused = await browser.post(path, { password: "court" });
    expect(refused.status).toBe(422);
    expect(refused.document.querySelectorAll(".errors a").length).toBe(2);
    expect(refused.text).not.toContain("court");
    const opened = await browser.post(path, { password, charter: "on" });
    expect([opened.status, opened.location]).toEqual([303, "/login?opened"]);
    expect((await browser.get(path)).status).toBe(410);

    // Sign-in, by social security number too, and only with the right password.
    const asked = await browser.get("/reimbursements?q=consultation");
    expect(asked.location).toBe("/login?next=%2Freimbursements%3Fq%3Dconsultation");
    expect((await browser.signIn(david.number, "Autre-Chose-99")).status).toBe(422);
    expect((await visitor(server).signIn(david.nir, password)).status).toBe(303);
    const next = "/reimbursements?q=consultation";
    const signedIn = await browser.post("/login", { identifier: david.number, password, next });
    expect([signedIn.status, signedIn.location]).toEqual([303, next]);
    expect((await browser.get("/dashboard")).text).toContain("Vous n’avez pas encore de paiement.");

    // The first feed arrives while the portal serves.
    const imported = await espace(runtime, ["import", davidsFirstFeed(), "--json"], { DATA_DIR: server.dataDir });
    expect(JSON.parse(imported.output)).toMatchObject({ applied: 4, rejected: 0, invited: 0 });
    const list = await browser.get("/reimbursements");
    expect(list.document.querySelectorAll("tbody tr").length).toBe(4);

    // Filter, in the whole page and in its region alone.
    const filtered = await browser.get("/reimbursements?q=consultation&payer=amo");
    const found = filtered.document.querySelectorAll("tbody tr");
    expect(found.length).toBe(1);
    expect(found[0]!.textContent).toContain("Consultation médecine générale");
    const region = await browser.get("/reimbursements?q=consultation&payer=amo", { "hx-request-type": "partial" });
    expect(region.text).not.toContain("<html");
    expect(region.document.querySelector("#results tbody")?.innerHTML).toBe(
      filtered.document.querySelector("#results tbody")!.innerHTML,
    );

    // Detail.
    const [link] = found[0]!.querySelector("a")!.getAttribute("href")!.split("#");
    const detail = await browser.get(link!);
    expect(detail.status).toBe(200);
    expect(detail.document.querySelector("h1")?.textContent).toMatch(/^Paiement du \d/);
    const told = detail.document.querySelector("#J-1")!.textContent.replace(/\s/g, " ");
    for (const amount of ["30,00 €", "21,00 €", "19,00 €", "9,00 €", "2,00 €"]) expect(told).toContain(amount);

    // CSV, with the rows of the filter.
    const csv = await browser.get("/reimbursements/export.csv?q=consultation&payer=amo");
    expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(csv.headers.get("content-disposition")).toMatch(/^attachment; filename="[a-z]+-\d{4}-\d\d-\d\d\.csv"$/);
    expect(csv.text.trim().split("\r\n").length).toBe(2);
    expect(csv.text).toContain("Consultation médecine générale");

    // Text browsers ask with GET for a form that sends nothing: sign-out sends something.
    expect(detail.document.querySelector("form[action='/logout'] [name]")).not.toBeNull();

    // Sign-out: a copy of the cookie opens nothing more.
    const token = browser.cookies.get("session")!;
    const copy = visitor(server, new Map(browser.cookies));
    expect((await copy.get("/dashboard")).status).toBe(200);
    expect((await browser.post("/logout")).location).toBe("/login?out");
    expect(browser.cookies.has("session")).toBe(false);
    expect((await copy.get("/reimbursements")).location).toBe("/login?next=%2Freimbursements");
    expect((await copy.get("/login")).text).toContain("Votre session a expiré");

    await server.stop();
    expectDiscreetLog(server, [password, token, path.split("/").at(-1)!]);
  });

  test("a form that comes from another site is refused", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const browser = visitor(server);
    const fields = { identifier: "10000001", password: "Demo-2026!" };
    expect((await browser.post("/login", fields, { origin: "https://evil.example" })).status).toBe(403);
    expect(browser.cookies.size).toBe(0);
    expect((await browser.post("/login", fields)).status).toBe(303);
    await server.stop();
  });
});

/** One JSON line per request, each with an id of its own, and nothing of the member or of what was typed. */
function expectDiscreetLog(server: Server, secrets: string[]): void {
  const requests = server.log().filter(({ msg }) => msg === "request");
  expect(requests.length).toBeGreaterThan(15);
  expect(new Set(requests.map(({ request }) => request)).size).toBe(requests.length);
  expect(requests).toContainEqual(
    expect.objectContaining({ method: "POST", route: "/activate/:token", status: 303, ms: expect.any(Number) }),
  );
  // The banner names the accounts of the demo, the log does not.
  const said = server.errors() + server.log().map((line) => JSON.stringify(line));
  for (const secret of [...secrets, david.number, david.nir, david.birthName, david.email, david.phone, "consultation"])
    expect(said).not.toContain(secret);
}
