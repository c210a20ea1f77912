import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import {
  accountsOf,
  confirmationLink,
  count,
  factsOf,
  farid,
  kindsTo,
  linkIn,
  newPassword,
  outboundOf,
  register,
  settled,
} from "../../../test/kit/registration.ts";

const [ofFarid, ofNadia] = ["farid@demo.example", "nadia@home.example"];
const guardianLink = (portal: Portal) => linkIn(portal, ofNadia, "guardian.asked");
const summary = (page: Page) =>
  [...page.document.querySelectorAll(".errors a")].map((link) => link.getAttribute("href"));
const statusOf = (portal: Portal) => accountsOf(portal, "P0006")[0]?.status;
const heading = (page: Page) => page.document.querySelector("h1")?.textContent;

const confirm = (portal: Portal) => portal.browser().post(confirmationLink(portal, ofFarid));
const answer = (portal: Portal, decision: string, address = "203.0.113.7") =>
  portal.browser(address).post(guardianLink(portal), { decision });

describe("1.3 a minor needs a legal representative:", () => {
  test("Farid registers, confirms, and can use nothing until his mother agrees", async () => {
    const portal = await startPortal();
    expect((await register(portal, farid)).location).toBe("/register?sent");
    expect(kindsTo(portal, ofNadia)).toEqual(["guardian.asked"]);
    const confirmed = await confirm(portal);
    expect([confirmed.status, confirmed.location]).toEqual([303, "/register?awaiting"]);
    expect(statusOf(portal)).toBe("awaiting_guardian");

    const visitor = portal.browser();
    const refused = await visitor.signIn(farid.identifier, newPassword);
    expect([refused.status, heading(refused)]).toEqual([403, "L’accord de votre représentant légal manque encore"]);
    expect(visitor.cookies.has("session")).toBe(false);
    expect((await visitor.get("/dashboard")).status).toBe(303);
    await portal.browser().post("/password/forgot", { identifier: farid.identifier });
    await settled();
    expect(kindsTo(portal, ofFarid)).toEqual(["registration.confirmation", "password.reset"]);
    expect(outboundOf(portal, "P0006")).toEqual([]);

    const page = await portal.browser().get(guardianLink(portal));
    expect(page.status).toBe(200);
    expect(page.document.querySelector("main")?.textContent).toContain("Farid B. a moins de 18 ans");
    expect(page.text).not.toMatch(/BENALI|2011|10000006/);
    const answered = await answer(portal, "accept");
    expect([answered.status, answered.location]).toEqual([303, "/guardian/answered/accept"]);
    expect(statusOf(portal)).toBe("active");
    expect(kindsTo(portal, ofFarid)).toEqual(["registration.confirmation", "password.reset", "account.opened"]);
    expect((await visitor.signIn(farid.identifier, newPassword)).location).toBe("/dashboard");
    expect(outboundOf(portal, "P0006")).toHaveLength(1);
  });

  test("an answer that comes before the confirmation is kept: the confirmation opens the account", async () => {
    const portal = await startPortal();
    await register(portal, { ...farid, offers: "on" });
    await answer(portal, "accept");
    expect(statusOf(portal)).toBe("unconfirmed");
    expect(factsOf(portal, "P0006").some(({ kind }) => kind === "account.opened")).toBe(false);
    expect((await confirm(portal)).location).toBe("/login?confirmed");
    expect(statusOf(portal)).toBe("active");
    expect(factsOf(portal, "P0006").filter(({ kind }) => kind === "consent.given")).toHaveLength(1);
  });

  test.each([["unconfirmed"], ["awaiting_guardian"]])(
    "a refusal closes an account that is %s, and tells Farid",
    async (status) => {
      const portal = await startPortal();
      await register(portal, farid);
      const own = confirmationLink(portal, ofFarid);
      if (status === "awaiting_guardian") await confirm(portal);
      expect(statusOf(portal)).toBe(status);
      const answered = await answer(portal, "refuse");
      expect([answered.status, answered.location]).toEqual([303, "/guardian/answered/refuse"]);
      expect(accountsOf(portal, "P0006")).toEqual([]);
      expect(count(portal, "guardian_consents")).toBe(0);
      expect(kindsTo(portal, ofFarid).at(-1)).toBe("account.annulled");
      expect(portal.mailsTo(ofFarid).at(-1)?.text.replaceAll("\n", " ")).toContain("n’a pas donné son accord");
      const queued = portal.db.$client
        .prepare("SELECT state FROM mails WHERE recipient = ? ORDER BY mail_id DESC")
        .pluck()
        .get(ofFarid);
      expect(queued).toBe("queued");
      expect((await portal.browser().post(own)).status).toBe(410);
      expect((await portal.browser().signIn(farid.identifier, newPassword)).status).toBe(422);
      expect(outboundOf(portal, "P0006")).toEqual([]);
      await register(portal, farid);
      expect(statusOf(portal)).toBe("unconfirmed");
    },
  );

  test.each(["accept", "refuse"])(
    "the answer %s is kept as evidence, with who gave it, from where and when",
    async (decision) => {
      const portal = await startPortal();
      await register(portal, farid);
      portal.advance({ hours: 3 });
      await answer(portal, decision);
      const kind = decision === "accept" ? "guardian.accepted" : "guardian.refused";
      const facts = factsOf(portal, "P0006").filter((fact) => fact.kind.startsWith("guardian."));
      expect(facts).toEqual([
        {
          kind: "guardian.asked",
          actor: "member",
          at: expect.any(Number),
          details: { name: "Nadia Benali", email: ofNadia, expiresAt: expect.any(Number) },
        },
        {
          kind,
          actor: "guardian",
          at: Math.floor(portal.clock() / 1000),
          details: { name: "Nadia Benali", email: ofNadia, address: "203.0.113.7" },
        },
      ]);
    },
  );

  test.each([
    [-1, 200, 303],
    [0, 410, 410],
    [1, 410, 410],
  ])("at 15 × 24 hours %+d s the link answers as it should", async (seconds, get, post) => {
    const portal = await startPortal();
    await register(portal, farid);
    await confirm(portal);
    const link = guardianLink(portal);
    portal.advance({ days: 15, seconds });
    expect((await portal.browser().get(link)).status).toBe(get);
    expect((await portal.browser().post(link, { decision: "accept" })).status).toBe(post);
    expect(statusOf(portal)).toBe(post === 303 ? "active" : "awaiting_guardian");
  });

  test("looking at the link, as mail scanners do, answers nothing", async () => {
    const portal = await startPortal();
    await register(portal, farid);
    const link = guardianLink(portal);
    for (let visit = 0; visit < 3; visit++) await portal.browser().get(link);
    await portal.browser().send(link, { method: "HEAD" });
    expect((await portal.browser().post(link, { decision: "accept" })).status).toBe(303);
  });

  test.each([
    ["no answer", []],
    ["another answer", [["decision", "yes"]]],
    [
      "both answers",
      [
        ["decision", "accept"],
        ["decision", "refuse"],
      ],
    ],
  ] as [string, [string, string][]][])("with %s nothing is decided", async (_, fields) => {
    const portal = await startPortal();
    await register(portal, farid);
    const page = await portal.browser().post(guardianLink(portal), fields);
    expect([page.status, summary(page)]).toEqual([422, ["#decision"]]);
    expect(page.document.querySelectorAll("input[type=radio][checked]")).toHaveLength(0);
    expect((await answer(portal, "accept")).status).toBe(303);
  });

  test("of twenty answers at once, one counts", async () => {
    const portal = await startPortal();
    await register(portal, farid);
    await confirm(portal);
    const link = guardianLink(portal);
    const pages = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        portal.browser().post(link, { decision: index % 2 ? "accept" : "refuse" }),
      ),
    );
    const counted = pages.filter(({ status }) => status === 303);
    expect(counted).toHaveLength(1);
    expect(pages.filter(({ status }) => status === 410)).toHaveLength(19);
    expect(statusOf(portal)).toBe(counted[0]?.location?.endsWith("accept") ? "active" : undefined);
    const answers = factsOf(portal, "P0006").filter(({ kind }) => /^guardian\.(accepted|refused)$/.test(kind));
    expect(answers).toHaveLength(1);
  });

  test("Farid's own link answers nothing for his mother, nor hers for him", async () => {
    const portal = await startPortal();
    await register(portal, farid);
    const [own, hers] = [confirmationLink(portal, ofFarid), guardianLink(portal)];
    const swapped = own.replace("/activate/", "/guardian/");
    expect((await portal.browser().post(swapped, { decision: "accept" })).status).toBe(410);
    expect((await portal.browser().post(hers.replace("/guardian/", "/activate/"))).status).toBe(410);
    expect(statusOf(portal)).toBe("unconfirmed");
  });

  test("a lapsed or unknown link explains itself and names nobody", async () => {
    const portal = await startPortal();
    await register(portal, farid);
    await answer(portal, "accept");
    for (const link of [guardianLink(portal), "/guardian/none", "/guardian/%F0%9F%90%9F"]) {
      const page = await portal.browser().get(link);
      expect([page.status, heading(page)]).toEqual([410, "Cette demande d’accord n’est plus valable"]);
      expect(page.text).not.toContain("Farid");
    }
  });

  test("a newer request asks anew, and the older question dies with its answer", async () => {
    const portal = await startPortal();
    await register(portal, farid);
    const older = guardianLink(portal);
    await answer(portal, "accept");
    await register(portal, { ...farid, guardianName: "Karim Benali", guardianEmail: "karim@home.example" });
    expect((await portal.browser().post(older, { decision: "accept" })).status).toBe(410);
    expect((await confirm(portal)).location).toBe("/register?awaiting");
    const newer = linkIn(portal, "karim@home.example", "guardian.asked");
    expect((await portal.browser().post(newer, { decision: "accept" })).status).toBe(303);
    expect(statusOf(portal)).toBe("active");
  });
});

describe("1.3 who counts as a minor", () => {
  const turns18 = Date.parse("2029-08-23T00:00:00+02:00");
  const adult = { ...farid, guardianName: "", guardianEmail: "" };

  test("a second before turning 18 in Paris, the representative is asked for", async () => {
    const portal = await startPortal({ now: turns18 - 1000 });
    const page = await register(portal, adult);
    expect([page.status, summary(page)]).toEqual([422, ["#guardianName", "#guardianEmail"]]);
    expect(accountsOf(portal, "P0006")).toEqual([]);
  });

  test.each([0, 1000])("from the first second of the day of turning 18, nobody is (%d ms)", async (later) => {
    const portal = await startPortal({ now: turns18 + later });
    await register(portal, adult);
    expect((await confirm(portal)).location).toBe("/login?confirmed");
    expect(statusOf(portal)).toBe("active");
    expect(count(portal, "guardian_consents")).toBe(0);
  });

  test("of an adult, what stands in the representative's boxes is neither read nor kept", async () => {
    const portal = await startPortal({ now: turns18 });
    await register(portal, { ...farid, guardianEmail: "faulty" });
    expect(statusOf(portal)).toBe("unconfirmed");
    await register(portal, farid);
    expect(count(portal, "guardian_consents")).toBe(0);
    expect(portal.mailsTo(ofNadia)).toEqual([]);
  });

  test.each([
    [-1, 403, "awaiting_guardian"],
    [0, 303, "active"],
  ])("waiting for an answer ends at 18 by itself: %+d s", async (seconds, status, state) => {
    const portal = await startPortal({ now: turns18 - 20 * 24 * 3600_000 });
    await register(portal, { ...farid, alertEmail: "on" });
    await confirm(portal);
    const link = guardianLink(portal);
    portal.setTime(turns18 + seconds * 1000);
    expect((await portal.browser().signIn(farid.identifier, newPassword)).status).toBe(status);
    expect(statusOf(portal)).toBe(state);
    const given = factsOf(portal, "P0006").filter(({ kind }) => kind === "consent.given");
    expect(given).toHaveLength(state === "active" ? 1 : 0);
    expect((await portal.browser().get(link)).status).toBe(410);
  });

  test("nobody closes the account of who has turned 18 in the meantime", async () => {
    const portal = await startPortal({ now: turns18 - 5 * 24 * 3600_000 });
    await register(portal, farid);
    await confirm(portal);
    const link = guardianLink(portal);
    portal.setTime(turns18);
    expect((await portal.browser().post(link, { decision: "refuse" })).status).toBe(410);
    expect(statusOf(portal)).toBe("awaiting_guardian");
  });

  test("who turns 18 before following the link waits for nobody", async () => {
    const portal = await startPortal({ now: turns18 - 3600_000 });
    await register(portal, farid);
    portal.setTime(turns18);
    expect((await confirm(portal)).location).toBe("/login?confirmed");
  });
});

describe("1.3 the representative's fields", () => {
  test.each([
    ["no name", { guardianName: "  " }, ["#guardianName"]],
    ["no e-mail", { guardianEmail: "" }, ["#guardianEmail"]],
    ["a faulty e-mail", { guardianEmail: "nadia@home" }, ["#guardianEmail"]],
    ["the minor's own e-mail", { guardianEmail: " FARID@demo.example" }, ["#guardianEmail"]],
    ["an address in place of a name", { guardianName: "https://evil.example" }, ["#guardianName"]],
    ["a sentence in place of a name", { guardianName: "Gagnez 1000 euros !" }, ["#guardianName"]],
    ["a site in place of a name", { guardianName: "evil.example" }, ["#guardianName"]],
    ["a name without end", { guardianName: "a".repeat(81) }, ["#guardianName"]],
    ["lines in a name", { guardianName: "Nadia\r\nBcc: x@x.fr" }, ["#guardianName"]],
  ])("with %s the form comes back", async (_, fields, faulty) => {
    const portal = await startPortal();
    const page = await register(portal, { ...farid, ...fields });
    expect([page.status, summary(page)]).toEqual([422, faulty]);
    expect(count(portal, "mails WHERE recipient = 'nadia@home.example'")).toBe(0);
  });

  test.each(["Nadia Benali", "Jean-François d’Hondt", "Mme. O'Neil", "Nguyễn Thị  Ánh", "Ł Żak"])(
    "%s is a name",
    async (guardianName) => {
      const portal = await startPortal();
      expect((await register(portal, { ...farid, guardianName })).status).toBe(303);
    },
  );

  test("the address on file is not the representative's either, and only its owner learns it", async () => {
    const portal = await startPortal();
    const known = await register(portal, { ...farid, email: "other@personal.example" }, "127.0.0.2");
    portal.db.$client.exec("DELETE FROM accounts; DELETE FROM one_time_links");
    const tried = await register(
      portal,
      { ...farid, email: "second@personal.example", guardianEmail: ofFarid },
      "127.0.0.3",
    );
    expect([tried.status, tried.location]).toEqual([known.status, known.location]);
    expect(accountsOf(portal, "P0006")).toEqual([]);
    expect(kindsTo(portal, ofFarid).at(-1)).toBe("registration.refused");
    const typed = ["other@personal.example", "second@personal.example"].map((address) => portal.mailsTo(address));
    expect(typed[1]?.map(({ text }) => text)).toEqual(typed[0]?.map(({ text }) => text));
  });
});

describe("1.3 an account that waits for a legal representative is no dead end:", () => {
  const awaiting = async () => {
    const portal = await startPortal();
    await register(portal, { ...farid, guardianEmail: "nadia@home.exmaple" });
    await confirm(portal);
    const visitor = portal.browser();
    expect((await visitor.signIn(farid.identifier, newPassword)).status).toBe(403);
    return { portal, visitor };
  };

  test("whoever signs in names another representative, and the first link dies", async () => {
    const { portal, visitor } = await awaiting();
    const first = linkIn(portal, "nadia@home.exmaple", "guardian.asked");
    expect((await visitor.get("/register/guardian")).status).toBe(200);
    const asked = await visitor.post("/register/guardian", { guardianName: "Nadia Benali", guardianEmail: ofNadia });
    expect([asked.status, asked.location]).toEqual([303, "/register?asked"]);
    expect((await visitor.get("/register?asked")).text).toContain("l’adresse que vous venez de donner");
    expect((await portal.browser().get(first)).status).toBe(410);
    expect((await answer(portal, "accept")).status).toBe(303);
    expect((await visitor.signIn(farid.identifier, newPassword)).location).toBe("/dashboard");
  });

  test("the representative named is checked: somebody, reachable, and not the minor, with or without a +tag", async () => {
    const { visitor } = await awaiting();
    const faulty = await visitor.post("/register/guardian", { guardianName: "", guardianEmail: "nadia" });
    expect([faulty.status, summary(faulty)]).toEqual([422, ["#guardianName", "#guardianEmail"]]);
    const own = await visitor.post("/register/guardian", {
      guardianName: "Papa",
      guardianEmail: "farid+papa@demo.example",
    });
    expect([own.status, summary(own)]).toEqual([422, ["#guardianEmail"]]);
  });

  test("without the right password given just before, nobody is asked", async () => {
    const { portal } = await awaiting();
    const stranger = portal.browser();
    const without = "/login?next=%2Fdashboard&nocookie";
    expect((await stranger.get("/register/guardian")).location).toBe(without);
    expect(
      (await stranger.post("/register/guardian", { guardianName: "Un Autre", guardianEmail: ofNadia })).location,
    ).toBe(without);
    stranger.cookies.set("challenge", "over");
    expect((await stranger.get("/register/guardian")).location).toBe("/login");
    expect(kindsTo(portal, ofNadia)).toEqual([]);
  });

  test("a forgotten password is chosen anew, which opens nothing before 18 and the account after", async () => {
    const { portal } = await awaiting();
    await portal.browser().post("/password/forgot", { identifier: farid.identifier });
    await settled();
    const link = /\/password\/reset\/[\w-]+/.exec(portal.mailsTo(ofFarid).at(-1)!.text)![0];
    expect((await portal.browser().post(link, { password: "Tulipe-Noire-83" })).status).toBe(303);
    expect((await portal.browser().signIn(farid.identifier, "Tulipe-Noire-83")).status).toBe(403);
    portal.db.$client.exec("UPDATE members SET birth_date = '2003-01-01' WHERE member_id = 'P0006'");
    expect((await portal.browser().signIn(farid.identifier, "Tulipe-Noire-83")).location).toBe("/dashboard");
  });

  test("five representatives an hour are written to, whatever their addresses, and no more", async () => {
    const { portal, visitor } = await awaiting();
    const sent = [];
    for (let number = 0; number < 7; number++) {
      const guardianEmail = `somebody${number}@home.example`;
      sent.push((await visitor.post("/register/guardian", { guardianName: "Nadia Benali", guardianEmail })).status);
    }
    expect(sent).toEqual([303, 303, 303, 303, 303, 429, 429]);
    expect(kindsTo(portal, "somebody5@home.example")).toEqual([]);
  });

  test("one address asks for the mails again twenty times an hour at most", async () => {
    const { visitor } = await awaiting();
    const answers = [];
    for (let number = 0; number < 22; number++) answers.push((await visitor.post("/login/resend")).status);
    expect(answers.slice(-2)).toEqual([429, 429]);
  });

  test("4.5 an account that waits is blocked by the link of its mails, as any other", async () => {
    const { portal } = await awaiting();
    await portal.browser().post("/password/forgot", { identifier: farid.identifier });
    await settled();
    const reset = /\/password\/reset\/[\w-]+/.exec(portal.mailsTo(ofFarid).at(-1)!.text)![0];
    await portal.browser().post(reset, { password: "Tulipe-Noire-83" });
    const block = /\/help\/credentials\/freeze\/[\w-]+/.exec(portal.mailsTo(ofFarid).at(-1)!.text)![0];
    expect((await portal.browser().post(block)).status).toBe(303);
    expect(statusOf(portal)).toBe("frozen");
  });

  test("the right password is no failed try, however often it is given", async () => {
    const { visitor } = await awaiting();
    for (let tries = 0; tries < 8; tries++)
      expect((await visitor.signIn(farid.identifier, newPassword)).status).toBe(403);
  });
});

test("strangers who know an e-mail address alone cannot use up the mails its owner needs", async () => {
  const portal = await startPortal();
  for (let number = 0; number < 6; number++)
    await register(portal, { ...farid, identifier: `9900000${number}`, email: ofFarid }, "198.51.100.9");
  for (let number = 0; number < 6; number++)
    await register(portal, { ...farid, identifier: `9900001${number}`, email: ofNadia }, "198.51.100.9");
  await register(portal, farid);
  expect(kindsTo(portal, ofFarid).at(-1)).toBe("registration.confirmation");
  expect(kindsTo(portal, ofNadia).at(-1)).toBe("guardian.asked");
});

test("a mailbox is never written to without end: five mails an hour to an address that was only typed", async () => {
  const portal = await startPortal();
  for (let number = 0; number < 8; number++)
    await register(portal, { ...farid, identifier: `9900000${number}`, email: ofFarid });
  expect(kindsTo(portal, ofFarid)).toHaveLength(5);
});
