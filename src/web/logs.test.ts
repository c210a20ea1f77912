import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { demoPassword } from "../../test/kit/browser.ts";
import { startPortal } from "../../test/kit/portal.ts";

const typed = {
  wrongPassword: "Marqueur-Faux-1",
  chosenPassword: "Marqueur-Choisi-1",
  searched: "marqueurcherche",
  unknownNumber: "77777771",
  wrongNir: "2770777777777",
  next: "/reimbursements?q=marqueursuite",
  extra: "marqueurchamp",
  payment: "MARQUEURPAIEMENT",
  page: "marqueurpage",
  agent: "marqueurnavigateur",
};

/** A whole journey of David, with the mistakes people make, and what it must leave no trace of. */
async function journey() {
  const portal = await startPortal();
  const david = portal.browser("203.0.113.77");
  const link = /\/activate\/([\w-]+)/.exec(portal.mailsTo("david@demo.example")[0]!.text)!;
  await david.get(link[0], { "user-agent": typed.agent, referer: `http://127.0.0.1:8080/${typed.page}` });
  await david.post(link[0], { password: typed.wrongPassword.toLowerCase(), charter: "on" });
  await david.post(link[0], { password: typed.chosenPassword, charter: "on", extra: typed.extra });
  await david.get(`/login?next=${encodeURIComponent(typed.next)}`);
  await david.signIn("david", typed.wrongPassword);
  await david.signIn(typed.unknownNumber, typed.wrongPassword);
  await david.signIn(typed.wrongNir, typed.wrongPassword);
  await david.post("/login", { identifier: "10000004", password: typed.chosenPassword, next: typed.next });
  const cookies = [david.cookies.get("session")!];
  await david.get("/dashboard");
  await david.get(`/reimbursements?q=${typed.searched}&beneficiary=${typed.extra}`);
  await david.htmx(`/reimbursements?from=${typed.searched}`);
  await david.get(`/reimbursements/${typed.payment}`);
  await david.get(`/reimbursements/export.csv?q=${typed.searched}`);
  await david.get(`/${typed.page}?x=${typed.searched}`);
  await david.post("/login", { identifier: typed.extra }, { origin: "https://evil.example" });
  await david.post("/login", { identifier: "a".repeat(70_000) + typed.extra });
  await david.post("/logout");
  await david.signIn("10000001", demoPassword);
  cookies.push(david.cookies.get("session")!);
  portal.db.$client.exec("ALTER TABLE line_payments RENAME TO gone");
  expect((await david.get(`/reimbursements?q=${typed.searched}`)).status).toBe(500);
  portal.db.$client.exec("ALTER TABLE gone RENAME TO line_payments");
  return { portal, token: link[1]!, cookies };
}

test("the log holds no number, name, address of a mailbox or of the network, token, cookie or form value", async () => {
  const { portal, token, cookies } = await journey();
  const log = JSON.stringify(portal.logged);
  const secrets = [
    ...Object.values(typed),
    token,
    ...cookies,
    demoPassword,
    "10000004",
    "10000001",
    "1050262193045",
    "david@demo.example",
    "David",
    "Alice",
    "203.0.113.77",
    ...(portal.db.$client
      .prepare<[], string>("SELECT payment_id FROM payments WHERE member_id = 'P0004'")
      .pluck()
      .all() as string[]),
  ];
  for (const secret of secrets)
    expect([secret, log.toLowerCase().includes(secret.toLowerCase())]).toEqual([secret, false]);
});

test("the log still tells what was asked, by the name of the route, how it went and how long it took", async () => {
  const { portal } = await journey();
  const requests = portal.logged.filter(({ message }) => message === "request").map(({ fields }) => fields);
  expect(new Set(requests.map(({ request }) => request)).size).toBe(requests.length);
  const told = requests.map(({ method, route, status }) => `${method} ${route} ${status}`);
  for (const line of [
    "GET /activate/:token 200",
    "POST /activate/:token 422",
    "POST /activate/:token 303",
    "POST /login 422",
    "POST /login 303",
    "GET /reimbursements/:paymentId 404",
    "POST /logout 303",
  ])
    expect(told).toContain(line);
  for (const { ms } of requests) expect(typeof ms).toBe("number");
  expect(portal.logged.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
    "request failed",
  ]);
});

test("the files of the base hold neither password, nor cookie, nor token, nor a number of social security in clear", async () => {
  const { portal, token, cookies } = await journey();
  const files = readdirSync(portal.dataDir).filter((name) => name.startsWith("espace.db"));
  expect(files).toContain("espace.db");
  const bytes = Buffer.concat(files.map((name) => readFileSync(join(portal.dataDir, name)))).toString("latin1");
  expect(bytes).toContain("david@demo.example");
  for (const secret of [
    token,
    ...cookies,
    demoPassword,
    typed.wrongPassword,
    typed.chosenPassword,
    typed.wrongNir,
    "1050262193045",
    "2020359350123",
    typed.searched,
  ])
    expect([secret, bytes.includes(secret)]).toEqual([secret, false]);
});
