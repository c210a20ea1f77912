import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { createDeferred } from "../../deferred.ts";
import { urls } from "../../web/urls.ts";
import { changePassword } from "./actions.ts";

const fresh = "Nouvelle-Lune-88";
const next = "Autre-Soleil-99!";
const alicesMail = "alice@demo.example";

/** What happens after an answer has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

async function ask(portal: Portal, identifier = "10000001", address = "127.0.0.1") {
  const page = await portal.browser(address).post(urls.forgot, { identifier });
  await settled();
  return page;
}

function linkFrom(portal: Portal, recipient = alicesMail): string {
  const mail = portal.mailsTo(recipient).findLast(({ kind }) => kind === "password.reset");
  return /\/password\/reset\/[\w-]+/.exec(mail?.text ?? "")?.[0] ?? "";
}

async function askForLink(portal: Portal): Promise<string> {
  await ask(portal);
  return linkFrom(portal);
}

const resets = (portal: Portal) => portal.mailsTo(alicesMail).filter(({ kind }) => kind === "password.reset").length;

test("4.6 the sign-in page leads to “mot de passe oublié ?”", async () => {
  const portal = await startPortal();
  const page = await portal.browser().get(urls.login);
  expect(page.document.querySelector(`a[href="${urls.forgot}"]`)?.textContent).toBe("mot de passe oublié ?");
});

test("Alice asks for a link, chooses a password, and signs in with it; the old one is dead", async () => {
  const portal = await startPortal();
  const link = await askForLink(portal);
  const alice = portal.browser();
  expect((await alice.get(link)).status).toBe(200);
  const done = await alice.post(link, { password: fresh });
  expect([done.status, done.location]).toEqual([303, "/login?reset"]);
  expect(alice.cookies.has("session")).toBe(false);
  expect((await alice.signIn("alice")).status).toBe(422);
  expect((await alice.signIn("alice", fresh)).location).toBe("/dashboard");
  expect(portal.mailsTo(alicesMail).at(-1)?.kind).toBe("password.changed");
});

test("a number of nobody, of somebody without an account and of Alice are answered alike, and only Alice gets a mail", async () => {
  const portal = await startPortal();
  const known = await ask(portal, "10000001", "127.0.0.2");
  const invited = await ask(portal, "10000004", "127.0.0.3");
  const unknown = await ask(portal, "99999999", "127.0.0.4");
  const names = (page: typeof known) => [...page.headers.keys()].sort();
  for (const page of [invited, unknown]) {
    expect([page.status, page.location, page.text]).toEqual([known.status, known.location, known.text]);
    expect(names(page)).toEqual(names(known));
  }
  expect(known.location).toBe(`${urls.forgot}?sent`);
  expect(resets(portal)).toBe(1);
  const others = portal.db.$client.prepare("SELECT count(*) AS n FROM mails WHERE kind LIKE 'password.%'").get();
  expect(others).toEqual({ n: 1 });
});

test("an empty number is told on the page", async () => {
  const portal = await startPortal();
  const page = await portal.browser().post(urls.forgot, { identifier: " " });
  expect(page.status).toBe(422);
  expect(page.document.querySelector("#identifier-error")?.textContent).toContain("remplissez ce champ");
});

test.each([
  [-1, 200],
  [0, 410],
  [1, 410],
])("the link at 30 minutes %+d s answers %d", async (seconds, status) => {
  const portal = await startPortal();
  const link = await askForLink(portal);
  portal.advance({ minutes: 30, seconds });
  expect((await portal.browser().get(link)).status).toBe(status);
  const posted = await portal.browser().post(link, { password: fresh });
  expect(posted.status).toBe(status === 200 ? 303 : 410);
});

test("a mail scanner that opens the link uses nothing up", async () => {
  const portal = await startPortal();
  const link = await askForLink(portal);
  for (let visit = 0; visit < 3; visit++) await portal.browser().get(link);
  await portal.browser().send(link, { method: "HEAD" });
  expect((await portal.browser().post(link, { password: fresh })).status).toBe(303);
});

test("of 50 tries at once with one link, one changes the password", async () => {
  const portal = await startPortal();
  const link = await askForLink(portal);
  const tries = Array.from({ length: 50 }, (_, index) =>
    portal.browser().post(link, { password: `${fresh}-${index}` }),
  );
  const pages = await Promise.all(tries);
  const winners = pages.flatMap(({ status }, index) => (status === 303 ? [index] : []));
  expect(winners).toHaveLength(1);
  expect(new Set(pages.map(({ status }) => status))).toEqual(new Set([303, 410]));
  expect((await portal.browser().signIn("alice", `${fresh}-${winners[0]}`)).status).toBe(303);
});

test("only the newest link works", async () => {
  const portal = await startPortal();
  const first = await askForLink(portal);
  const second = await askForLink(portal);
  expect(second).not.toBe(first);
  expect((await portal.browser().get(first)).status).toBe(410);
  expect((await portal.browser().get(second)).status).toBe(200);
});

test("a link of an invitation does not reset a password, nor the other way round", async () => {
  const portal = await startPortal();
  const token = (await askForLink(portal)).split("/").at(-1)!;
  expect((await portal.browser().get(urls.activate(token))).status).toBe(410);
  const invitation = /\/activate\/([\w-]+)/.exec(portal.mailsTo("david@demo.example")[0]?.text ?? "")?.[1] ?? "";
  expect((await portal.browser().get(urls.reset(invitation))).status).toBe(410);
});

test("a weak password keeps the link, and is never shown again", async () => {
  const portal = await startPortal();
  const link = await askForLink(portal);
  const page = await portal.browser().post(link, { password: "Alice-Lefevre-1" });
  expect(page.status).toBe(422);
  expect(page.text).not.toContain("Alice-Lefevre-1");
  expect(page.document.querySelector("#password-error")?.textContent).toContain("une de vos données");
  expect((await portal.browser().get(link)).status).toBe(200);
});

test("every session of the account ends with the old password, and nobody else's", async () => {
  const portal = await startPortal();
  const [alice, bob] = [portal.browser(), portal.browser()];
  await alice.signIn("alice");
  await bob.signIn("bob");
  const link = await askForLink(portal);
  await portal.browser().post(link, { password: fresh });
  expect((await alice.get(urls.dashboard)).status).toBe(303);
  expect((await bob.get(urls.dashboard)).status).toBe(200);
});

test("one account gets three mails an hour at most, always with the same answer", async () => {
  const portal = await startPortal();
  const answers = [];
  for (let time = 0; time < 10; time++) answers.push((await ask(portal, "10000001", `127.0.1.${time}`)).status);
  expect(new Set(answers)).toEqual(new Set([303]));
  expect(resets(portal)).toBe(3);
  portal.advance({ hours: 1, seconds: 1 });
  await ask(portal);
  expect(resets(portal)).toBe(4);
});

test("one address asks 20 times an hour at most", async () => {
  const portal = await startPortal();
  for (let time = 0; time < 20; time++) expect((await ask(portal, `9000000${time % 10}`)).status).toBe(303);
  const page = await ask(portal, "90000000");
  expect(page.status).toBe(429);
  expect(Number(page.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask(portal, "90000000", "127.0.0.9")).status).toBe(303);
});

test("what was asked before a crash is sent after the restart, once", async () => {
  const portal = await startPortal();
  const page = await portal.browser().post(urls.forgot, { identifier: "10000001" });
  expect(page.status).toBe(303);
  const waiting = portal.db.$client.prepare("SELECT count(*) AS n FROM deferred").get();
  expect(waiting).toEqual({ n: 1 });
  const restarted = createDeferred(portal);
  restarted.runAll();
  restarted.runAll();
  await settled();
  expect(resets(portal)).toBe(1);
});

test("neither the number asked about nor the link stands in clear in the base", async () => {
  const portal = await startPortal();
  await portal.browser().post(urls.forgot, { identifier: "1 99 05 59 350 123 35" });
  const { payload } = portal.db.$client.prepare("SELECT payload_sealed AS payload FROM deferred").get() as {
    payload: Buffer;
  };
  expect(payload.includes("350")).toBe(false);
  const token = (await askForLink(portal)).split("/").at(-1)!;
  const rows = portal.db.$client.prepare("SELECT quote(token_hash) AS hash FROM one_time_links").all();
  expect(JSON.stringify(rows)).not.toContain(token);
});

describe("changing the password when signed in", () => {
  test("asks for the present one, ends the other sessions and keeps this one", async () => {
    const portal = await startPortal();
    const [here, elsewhere] = [portal.browser(), portal.browser()];
    await here.signIn("alice");
    await elsewhere.signIn("alice");
    const done = await here.post(urls.accountPassword, { currentPassword: "Demo-2026!", password: next });
    expect(done.location).toBe("/account?changed");
    expect((await here.follow(done)).document.querySelector("[role=status].notice")?.textContent).toContain("changé");
    expect((await elsewhere.get(urls.dashboard)).status).toBe(303);
    expect((await portal.browser().signIn("alice", next)).status).toBe(303);
    expect(portal.mailsTo(alicesMail).at(-1)?.kind).toBe("password.changed");
  });

  test("a link asked for before dies with it", async () => {
    const portal = await startPortal();
    const link = await askForLink(portal);
    const alice = portal.browser();
    await alice.signIn("alice");
    await alice.post(urls.accountPassword, { currentPassword: "Demo-2026!", password: next });
    expect((await alice.get(link)).status).toBe(410);
  });

  test("a wrong present password changes nothing and counts as a failed sign-in", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    const statuses = [];
    for (let time = 0; time < 6; time++) {
      const page = await alice.post(urls.accountPassword, { currentPassword: `Faux-${time}!`, password: next });
      statuses.push(page.status);
    }
    expect(statuses).toEqual([422, 422, 422, 422, 422, 429]);
    expect((await portal.browser("127.0.0.7").signIn("alice")).status).toBe(303);
  });

  test("a change under way with the old password does not undo a reset", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    const session = portal.sessions.read(alice.cookies.get("session")!)!;
    const passwords = {
      ...portal.passwords,
      async hash(password: string) {
        portal.db.$client.exec("UPDATE credentials SET password_hash = 'that of the reset'");
        return portal.passwords.hash(password);
      },
    };
    const change = { session, currentPassword: "Demo-2026!", password: next, address: "127.0.0.1" };
    expect(await changePassword({ ...portal, passwords }, change)).toMatchObject({ ok: false, fault: "refused" });
    const kept = portal.db.$client.prepare("SELECT DISTINCT password_hash AS hash FROM credentials").all();
    expect(kept).toEqual([{ hash: "that of the reset" }]);
  });

  test("a visitor is sent to sign in", async () => {
    const portal = await startPortal();
    const page = await portal.browser().post(urls.accountPassword, { currentPassword: "Demo-2026!", password: next });
    expect(page.location).toMatch(/^\/login\?next=/);
  });
});

test("forgetting and changing leave their evidence", async () => {
  const portal = await startPortal();
  const link = await askForLink(portal);
  await portal.browser().post(link, { password: fresh });
  const kinds = portal.db.$client
    .prepare("SELECT kind FROM evidence WHERE kind LIKE 'password.%' ORDER BY sequence")
    .pluck()
    .all();
  expect(kinds).toEqual(["password.forgotten", "password.changed"]);
});

test("4.5 the owner of a blocked account, who asks for a new password, is told by mail that it is blocked", async () => {
  const portal = await startPortal();
  portal.db.$client.exec("UPDATE accounts SET status = 'frozen' WHERE member_id = 'P0001'");
  const visitor = portal.browser();
  for (let asked = 0; asked < 7; asked++) {
    expect((await visitor.post("/password/forgot", { identifier: "10000001" })).location).toBe("/password/forgot?sent");
    await new Promise((resolve) => setImmediate(resolve));
  }
  const mails = portal.mailsTo("alice@demo.example");
  expect(mails.map(({ kind }) => kind)).toEqual(Array.from({ length: 5 }, () => "account.frozen"));
  expect(mails[0]?.text).not.toContain("/password/reset/");
});
