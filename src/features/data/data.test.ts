import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { urls } from "../../web/urls.ts";

async function signedIn(portal: Portal, who = "alice") {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

/** Sends the form for bytes; the browser of the tests reads texts. */
async function download(portal: Portal, who = "alice", lang = "fr") {
  const browser = await signedIn(portal, who);
  const cookie = [...browser.cookies, ["lang", lang]].map(([name, value]) => `${name}=${value}`).join("; ");
  const response = await portal.app.request(new URL(urls.accountData, portal.config.origin), {
    method: "POST",
    body: "download=",
    headers: { cookie, origin: portal.config.origin, "content-type": "application/x-www-form-urlencoded" },
  });
  return { response, files: unzipSync(new Uint8Array(await response.arrayBuffer())) };
}

const read = (files: Record<string, Uint8Array>, name: string) =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(files[name]);
const main = ({ document }: Page) => document.querySelector("main")!;
const downloads = (portal: Portal) =>
  portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE kind = 'data.downloaded'").pluck().get();

test("the account leads to the page, which says what there is, and how to correct or erase it", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  expect((await alice.get(urls.account)).document.querySelector(`main a[href="${urls.accountData}"]`)).not.toBeNull();
  const page = await alice.get(urls.accountData);
  expect(page.status).toBe(200);
  expect(main(page).textContent).toContain("oppositioncnil@smeno.fr");
  expect(main(page).textContent).toContain("département Informatique et Libertés");
  expect(main(page).querySelector(`a[href="${urls.accountDelete}"]`)).not.toBeNull();
  expect(downloads(portal)).toBe(0);
});

test("6.4a the archive holds data.json, one CSV file for each table with rows, and instructions", async () => {
  const portal = await startPortal();
  const { response, files } = await download(portal);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/zip");
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="mes-donnees.zip"');
  expect(response.headers.get("cache-control")).toContain("no-store");
  const { made_at, tables } = JSON.parse(read(files, "data.json")) as {
    made_at: string;
    tables: Record<string, Record<string, unknown>[]>;
  };
  expect(made_at).toBe("2026-11-23T09:00:00+01:00");
  const full = Object.keys(tables).filter((name) => tables[name]!.length > 0);
  expect(Object.keys(files).sort()).toEqual([...full.map((name) => `${name}.csv`), "README.txt", "data.json"].sort());
  const readme = read(files, "README.txt");
  for (const name of full) expect(readme).toMatch(new RegExp(`^${name}\\.csv\\s: .{5,}\r$`, "m"));
  for (const name of Object.keys(tables)) expect(readme).toContain(name);
  expect(readme).not.toMatch(/undefined|\{\{|data:/);
});

test("CSV files say the same as data.json, for spreadsheets", async () => {
  const portal = await startPortal();
  const { files } = await download(portal);
  const { tables } = JSON.parse(read(files, "data.json"));
  const [head, ...lines] = read(files, "payments.csv").trimEnd().split("\r\n");
  expect(head).toMatch(/^\ufeffmember_id;paid_on;payment_id;/);
  expect(lines).toHaveLength(tables.payments.length);
  const [first] = tables.payments as Record<string, unknown>[];
  expect(lines[0]).toBe(
    Object.values(first!)
      .map((value) => String(value ?? ""))
      .join(";"),
  );
});

test("what a spreadsheet would run is shown as text", async () => {
  const portal = await startPortal();
  portal.db.$client.exec(`UPDATE members SET usual_name = '=HYPERLINK("http://x";"y")' WHERE member_id = 'P0001'`);
  const { files } = await download(portal);
  expect(read(files, "members.csv")).toContain(`"'=HYPERLINK(""http://x"";""y"")"`);
  expect(JSON.parse(read(files, "data.json")).tables.members[0].usual_name).toBe('=HYPERLINK("http://x";"y")');
});

test("in English the instructions and the name of the file are English", async () => {
  const portal = await startPortal();
  const { response, files } = await download(portal, "alice", "en");
  expect(response.headers.get("content-disposition")).toBe('attachment; filename="my-data.zip"');
  expect(read(files, "README.txt")).toContain("WHAT IS NOT THERE");
});

test("X1 nothing of Alice is in what Bob gets", async () => {
  const portal = await startPortal();
  await signedIn(portal, "alice");
  const { files } = await download(portal, "bob");
  const text = Object.keys(files)
    .map((name) => read(files, name))
    .join("\n");
  expect(text).toContain("10000002");
  const nir = portal.seal.open(
    "members.nir",
    portal.db.$client.prepare("SELECT nir_sealed FROM members WHERE member_id = 'P0001'").pluck().get() as Buffer,
  );
  for (const mark of ["P0001", "10000001", "alice@demo.example", nir])
    expect([mark, text.includes(mark)]).toEqual([mark, false]);
});

test("6.8 sessions and devices are in it, the cookies are explained, and no cookie is", async () => {
  const portal = await startPortal();
  const browser = portal.browser();
  await browser.post("/login", { identifier: "10000001", password: demoPassword, remember: "on" });
  const { files } = await download(portal);
  const { tables } = JSON.parse(read(files, "data.json"));
  expect(tables.sessions.length).toBeGreaterThanOrEqual(2);
  expect(tables.devices).toHaveLength(1);
  for (const name of ["session", "device", "lang"])
    expect(read(files, "README.txt")).toMatch(new RegExp(`^${name}\\s:`, "m"));
  const text = Object.keys(files)
    .map((name) => read(files, name))
    .join("\n");
  for (const [, value] of browser.cookies) expect(text).not.toContain(value);
});

test("each download is kept in the journal, and seen among the activity of the account", async () => {
  const portal = await startPortal();
  await download(portal);
  expect(downloads(portal)).toBe(1);
  const { document } = await (await signedIn(portal)).get(urls.accountActivity);
  expect(document.querySelector("tbody")?.textContent).toContain("Téléchargement de vos données");
});

test("the password must have been typed within five minutes: 4:59 yes, 5:00 no", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  portal.advance({ minutes: 4, seconds: 59 });
  expect((await alice.post(urls.accountData)).status).toBe(200);
  portal.advance({ seconds: 1 });
  const page = { referer: `${portal.config.origin}${urls.accountData}` };
  const sent = await alice.post(urls.accountData, { download: "" }, page);
  expect([sent.status, sent.location]).toEqual([303, urls.confirmThen(urls.accountData)]);
  expect(downloads(portal)).toBe(1);
  const confirmed = await alice.post(urls.confirm, { password: demoPassword, next: urls.accountData });
  expect(confirmed.location).toBe(urls.accountData);
  expect((await alice.post(urls.accountData)).status).toBe(200);
});

test("no data without signing in, nor from another site, nor by GET", async () => {
  const portal = await startPortal();
  const stranger = portal.browser();
  for (const answer of [await stranger.get(urls.accountData), await stranger.post(urls.accountData)])
    expect([answer.status, answer.location?.startsWith("/login")]).toEqual([303, true]);
  const alice = await signedIn(portal);
  const foreign = { origin: "https://evil.example", "sec-fetch-site": "cross-site" };
  expect((await alice.post(urls.accountData, {}, foreign)).status).toBe(403);
  for (let time = 0; time < 3; time++)
    expect((await alice.get(`${urls.accountData}?download=`)).headers.get("content-type")).toContain("html");
  expect(downloads(portal)).toBe(0);
});

test("five downloads an hour, then a wait; somebody else is not made to wait", async () => {
  const portal = await startPortal();
  const [alice, bob] = [await signedIn(portal), await signedIn(portal, "bob")];
  const answers = await Promise.all(Array.from({ length: 20 }, () => alice.post(urls.accountData)));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(5);
  const refused = answers.find(({ status }) => status !== 200)!;
  expect(refused.status).toBe(429);
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(downloads(portal)).toBe(5);
  expect((await bob.post(urls.accountData)).status).toBe(200);
});

test("odd fields change nothing", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal);
  for (const fields of [{ memberId: "P0002" }, { download: "x".repeat(5_000) }] as Record<string, string>[]) {
    const answer = await alice.post(`${urls.accountData}?memberId=P0002`, fields);
    expect(answer.status).toBe(200);
  }
  const kept = portal.db.$client
    .prepare("SELECT DISTINCT member_id FROM evidence WHERE kind = 'data.downloaded'")
    .pluck();
  expect(kept.all()).toEqual(["P0001"]);
});

test("from a browser that does not say where the form stood, the password or the sign-in leads back to the page", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.post(urls.login, { identifier: "10000001", password: demoPassword, remember: "on" });
  alice.cookies.delete("session");
  const sent = await alice.post(urls.accountData, { download: "" });
  expect([sent.status, sent.location]).toEqual([303, urls.confirmThen(urls.accountData)]);
  const confirmed = await alice.post(urls.confirm, { password: demoPassword, next: urls.accountData });
  expect((await alice.get(confirmed.location!)).status).toBe(200);
  for (const fields of [{ download: "" }, {}] as Record<string, string>[])
    expect((await portal.browser().post(urls.accountData, fields)).location).toBe(urls.loginThen(urls.accountData));
  expect((await portal.browser().post(urls.revokeOthers)).location).toBe(urls.loginThen(urls.home));
});
