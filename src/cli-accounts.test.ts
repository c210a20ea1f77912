import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../test/kit/portal.ts";
import { accountCommand } from "./cli-accounts.ts";
import { openOutbound } from "./domain/outbound.ts";

const alicesMail = "alice@demo.example";

function run(portal: Portal, ...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = accountCommand({ ...portal, print: (line) => out.push(line), complain: (line) => err.push(line) }, args);
  return { code, out: out.join("\n"), err: err.join("\n") };
}

const pluck = (portal: Portal, sql: string) => portal.db.$client.prepare(sql).pluck().all();
const accountOf = (portal: Portal) => pluck(portal, "SELECT status FROM accounts WHERE member_id = 'P0001'");
const mailsOf = (portal: Portal, kind: string) => portal.mailsTo(alicesMail).filter((mail) => mail.kind === kind);

/** What the back office will be told of Alice, after the opening of her account. */
const outboundOf = (portal: Portal) =>
  portal.db.$client
    .prepare<[], { entity: string; content: Buffer }>(
      "SELECT entity, content_sealed AS content FROM outbound WHERE member_id = 'P0001' ORDER BY outbound_id",
    )
    .all()
    .map(({ entity, content }) => ({ entity, ...openOutbound(portal.seal, content) }))
    .slice(1);

const signInStatus = async (portal: Portal) => (await portal.browser("127.0.0.9").signIn("alice")).status;

describe("account freeze", () => {
  test("4.5 blocks the account, opens a case and tells its owner, once", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    expect(run(portal, "freeze", "10000001")).toMatchObject({
      code: 0,
      out: "The account is blocked. Case 1 is open.",
      err: "",
    });
    expect((await alice.get("/dashboard")).status).toBe(303);
    expect(await signInStatus(portal)).toBe(403);
    expect(mailsOf(portal, "account.frozen")).toHaveLength(1);
    const again = run(portal, "freeze", "10000001", "--json");
    expect([again.code, again.out, again.err.split("\n").length]).toEqual([1, "", 1]);
    expect(pluck(portal, "SELECT actor FROM evidence WHERE kind = 'account.frozen'")).toEqual(["staff"]);
  });

  test("--json tells the case", async () => {
    const portal = await startPortal();
    expect(JSON.parse(run(portal, "freeze", "1000 0001", "--json").out)).toEqual({ frozen: 1, case: 1 });
  });
});

describe("account replace", () => {
  test("4.5 deletes the account and sends a new invitation of 15 days; the old one is evidence alone", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.post("/login", { identifier: "10000001", password: "Demo-2026!", remember: "on" });
    run(portal, "freeze", "10000001");
    expect(run(portal, "replace", "10000001")).toMatchObject({ code: 0, err: "" });
    expect(accountOf(portal)).toEqual([]);
    for (const table of ["credentials", "sessions", "devices", "preferences"])
      expect([
        table,
        pluck(
          portal,
          `SELECT count(*) FROM ${table} WHERE ${table === "sessions" ? "user_id" : "account_id"} NOT IN (SELECT id FROM accounts)`,
        ),
      ]).toEqual([table, [0]]);
    expect(await signInStatus(portal)).toBe(422);
    const link = /\/activate\/[\w-]+/.exec(mailsOf(portal, "invitation").at(-1)!.text)![0];
    portal.advance({ days: 15, seconds: -1 });
    expect((await portal.browser().get(link)).status).toBe(200);
    portal.advance({ seconds: 1 });
    expect((await portal.browser().get(link)).status).toBe(410);
    const kinds = pluck(portal, "SELECT kind FROM evidence WHERE member_id = 'P0001'");
    expect(kinds).toEqual(
      expect.arrayContaining(["account.frozen", "account.replaced", "invitation.queued", "session.started"]),
    );
    expect(outboundOf(portal)).toMatchObject([
      { entity: "suppressions" },
      { entity: "preferences_papier", papier: "O" },
    ]);
  });

  test("refuses, and deletes nothing, without an e-mail on file or when the rights are over", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("UPDATE members SET email = NULL WHERE member_id = 'P0001'");
    const refused = run(portal, "replace", "10000001");
    expect(refused).toMatchObject({ code: 1, out: "", err: expect.stringContaining("no e-mail on file") });
    expect(refused.err.split("\n")).toHaveLength(1);
    for (const over of ["ended = 1, deceased = 0", "ended = 0, deceased = 1"]) {
      portal.db.$client.exec(`UPDATE members SET email = '${alicesMail}', ${over} WHERE member_id = 'P0001'`);
      expect(run(portal, "replace", "10000001")).toMatchObject({
        code: 1,
        err: expect.stringContaining("rights are over"),
      });
    }
    expect(accountOf(portal)).toEqual(["active"]);
    expect(await signInStatus(portal)).toBe(303);
  });

  test("invites to the address on file, not to one that a thief may have set", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("UPDATE accounts SET email = 'thief@evil.example' WHERE member_id = 'P0001'");
    run(portal, "replace", "10000001");
    expect(mailsOf(portal, "invitation")).not.toEqual([]);
    expect(portal.mailsTo("thief@evil.example")).toEqual([]);
  });
});

describe("account annul", () => {
  test("1.6 kills the sessions and tokens, is logged, and the mail tells why", async () => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.post("/login", { identifier: "10000001", password: "Demo-2026!", remember: "on" });
    expect(run(portal, "annul", "10000001", "--reason", "Inscription faite par un tiers.")).toMatchObject({
      code: 0,
      err: "",
    });
    expect((await alice.get("/dashboard")).location).toMatch(/^\/login/);
    expect([accountOf(portal), await signInStatus(portal)]).toEqual([[], 422]);
    const [mail] = mailsOf(portal, "account.annulled");
    expect(mail!.text).toContain("Inscription faite par un tiers.");
    expect(pluck(portal, "SELECT actor || ' ' || details FROM evidence WHERE kind = 'account.annulled'")).toEqual([
      expect.stringMatching(/^staff .*Inscription faite par un tiers\./),
    ]);
    expect(pluck(portal, "SELECT state FROM mails WHERE kind = 'account.annulled'")).toEqual(["queued"]);
  });

  test("1.6 ends a registration that was not confirmed yet, of which the back office never knew", async () => {
    const portal = await startPortal();
    portal.db.$client.exec("UPDATE accounts SET status = 'unconfirmed' WHERE member_id = 'P0001'");
    expect(run(portal, "annul", "10000001", "--reason", "Doublon").code).toBe(0);
    expect([accountOf(portal), outboundOf(portal)]).toEqual([[], []]);
  });

  test.each([[[]], [["--reason", " "]], [["--reason", "a".repeat(501)]], [["--reason", "NIR 1990559350123 faux"]]])(
    "with the reason %j is wrong usage, and does nothing",
    async (reason) => {
      const portal = await startPortal();
      expect(run(portal, "annul", "10000001", ...reason).code).toBe(2);
      expect(accountOf(portal)).toEqual(["active"]);
    },
  );
});

describe("account delete", () => {
  test.each(["post", "e-mail"])(
    "9.2 by %s has the effects of the member's own deletion, with channel and day kept",
    async (channel) => {
      const portal = await startPortal();
      const alice = portal.browser();
      await alice.signIn("alice");
      const asked = ["--channel", channel, "--received", "2026-11-20", "--scan", "GED/2026-0042"];
      expect(run(portal, "delete", "10000001", ...asked)).toMatchObject({ code: 0, err: "" });
      expect((await alice.get("/dashboard")).location).toMatch(/^\/login/);
      expect([accountOf(portal), await signInStatus(portal)]).toEqual([[], 422]);
      expect(mailsOf(portal, "account.deleted")).toHaveLength(1);
      expect(outboundOf(portal)).toMatchObject([
        { entity: "suppressions" },
        { entity: "preferences_papier", papier: "O" },
      ]);
      const [details] = pluck(
        portal,
        "SELECT details FROM evidence WHERE kind = 'account.deleted' AND actor = 'staff'",
      );
      expect(JSON.parse(String(details))).toEqual({ by: `${channel}, received 2026-11-20, scan GED/2026-0042` });
      expect(run(portal, "delete", "10000001", ...asked)).toMatchObject({
        code: 1,
        err: "This person has no account.",
      });
    },
  );

  test.each([
    [[]],
    [["--channel", "post"]],
    [["--channel", "fax", "--received", "2026-11-20"]],
    [["--channel", "post", "--received", "20/11/2026"]],
    [["--channel", "post", "--received", "2026-02-30"]],
    [["--channel", "post", "--received", "2026-11-24"]],
    [["--channel", "post", "--received", "2026-11-20", "--scan", "a\u001b[2J"]],
    [["--channel", "post", "--received", "2026-11-20", "--reason", "x"]],
  ])("with %j is wrong usage, and deletes nothing", async (options) => {
    const portal = await startPortal();
    expect(run(portal, "delete", "10000001", ...options).code).toBe(2);
    expect(accountOf(portal)).toEqual(["active"]);
  });

  test("takes the day it is in Paris", async () => {
    const portal = await startPortal({ now: Date.parse("2026-11-23T23:30:00Z") });
    expect(run(portal, "delete", "10000001", "--channel", "post", "--received", "2026-11-24").code).toBe(0);
  });
});

const commands = [
  ["freeze", []],
  ["replace", []],
  ["annul", ["--reason", "x"]],
  ["delete", ["--channel", "post", "--received", "2026-11-20"]],
] as const;

test.each(commands)(
  "account %s of an unknown number, or of somebody without an account, fails with one line",
  async (name, options) => {
    const portal = await startPortal();
    expect(run(portal, name, "99999999", ...options)).toEqual({
      code: 1,
      out: "",
      err: "No member or affiliate has this number.",
    });
    expect(run(portal, name, "10000004", ...options)).toEqual({ code: 1, out: "", err: "This person has no account." });
  },
);

test.each([
  [[]],
  [["thaw", "10000001"]],
  [["freeze"]],
  [["freeze", "10000001", "10000002"]],
  [["freeze", "10000001", "--nope"]],
  [["toString", "1"]],
])("account %j is wrong usage", async (args) => {
  const portal = await startPortal();
  const { code, out, err } = run(portal, ...args);
  expect([code, out]).toEqual([2, ""]);
  expect(err).toContain("espace account replace MEMBER_NUMBER");
  expect(accountOf(portal)).toEqual(["active"]);
});

test("account --help tells every act", async () => {
  const portal = await startPortal();
  const { code, out } = run(portal, "--help");
  expect(code).toBe(0);
  for (const [name] of commands) expect(out).toContain(`espace account ${name} `);
});
