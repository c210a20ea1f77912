import { createSecretKey, randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { deleteWithReceipt } from "../../domain/account-deletion.ts";
import { findAccountHolder } from "../../domain/accounts.ts";
import { setMaintenance } from "../../domain/maintenance.ts";
import { type Choice, changeChoices, choices, readChoices } from "../../domain/preferences.ts";
import {
  readUnsubscribeToken,
  unsubscribeHeaders,
  unsubscribeToken,
  unsubscribeUrl,
} from "../../domain/unsubscribe.ts";
import { write } from "../../platform/database.ts";
import { createSeal } from "../../platform/seal.ts";

const memberId = "P0001";
const oneClick = "List-Unsubscribe=One-Click";

async function start() {
  const portal = await startPortal();
  const { accountId } = findAccountHolder(portal, memberId)!;
  const changes = Object.fromEntries(choices.map((choice) => [choice, true]));
  changeChoices(portal, { accountId, memberId, changes, actor: "member", channel: "opening" });
  const path = (list: Choice) => `/unsubscribe/${unsubscribeToken(portal.seal, accountId, list)}`;
  const offOf = () => choices.filter((choice) => !readChoices(portal, accountId)[choice]);
  return { portal, accountId, path, offOf };
}

/** As a mail server posts: no cookie, no Origin, no Referer, no word of the site. */
function post({ app, config }: Portal, path: string, body: BodyInit | null, type?: string): Promise<Response> {
  const headers = type ? { "content-type": type } : undefined;
  return Promise.resolve(app.request(`${config.origin}${path}`, { method: "POST", body, ...(headers && { headers }) }));
}

const form = "application/x-www-form-urlencoded";

describe("D11a 6.3 one click", () => {
  test("opening the link stops nothing, and shows a button to a visitor", async () => {
    const { portal, path, offOf } = await start();
    const page = await portal.browser().get(path("offers"));
    expect(page.status).toBe(200);
    expect(page.text).toContain("Les offres SMENO Mutuelle et Assurance");
    expect(page.document.querySelector("form[method=post] button[name=List-Unsubscribe]")).not.toBeNull();
    expect(page.document.querySelector("meta[name=robots]")!.getAttribute("content")).toBe("noindex");
    expect(page.document.querySelectorAll("main form")).toHaveLength(1);
    expect(offOf()).toEqual([]);
  });

  test("the button stops that list alone, without signing in, at once and for ever one fact", async () => {
    const { portal, path, offOf } = await start();
    const visitor = portal.browser();
    const address = path("newsletterSmeno");
    for (let times = 0; times < 3; times++) {
      const page = await visitor.post(address, { "List-Unsubscribe": "One-Click" });
      expect([page.status, page.location]).toEqual([200, null]);
      expect(page.text).toContain("Vous ne recevrez plus");
    }
    expect(offOf()).toEqual(["newsletterSmeno"]);
    const facts = portal.db.$client
      .prepare("SELECT actor, details FROM evidence WHERE kind = 'consent.withdrawn'")
      .all() as { actor: string; details: string }[];
    expect(facts.map(({ actor, details }) => [actor, JSON.parse(details)])).toEqual([
      ["visitor", { list: "newsletterSmeno", channel: "unsubscribe", label: "other/other", network: "127.0.0.x" }],
    ]);
  });

  test("a mail server posts as RFC 8058 says, in either form, and is answered without a redirection", async () => {
    const { portal, path, offOf } = await start();
    expect((await post(portal, path("offers"), oneClick, form)).status).toBe(200);
    const data = new FormData();
    data.set("List-Unsubscribe", "One-Click");
    expect((await post(portal, path("partnerOffers"), data)).status).toBe(200);
    expect((await post(portal, path("newsletterMutuelle"), null)).status).toBe(200);
    const foreign = { origin: "https://mail.example", "sec-fetch-site": "cross-site" };
    expect((await portal.browser().post(path("alertEmail"), { "List-Unsubscribe": "One-Click" }, foreign)).status).toBe(
      200,
    );
    expect(offOf()).toEqual(["newsletterMutuelle", "offers", "partnerOffers", "alertEmail"]);
  });

  test("is heard while the portal is closed, and the page of the link is not shown", async () => {
    const { portal, path, offOf } = await start();
    setMaintenance(portal, { mode: "closed", until: null, message: null, actor: "operator", by: "operator" });
    expect((await portal.browser().get(path("offers"))).status).toBe(503);
    expect((await post(portal, path("offers"), oneClick, form)).status).toBe(200);
    expect((await post(portal, "/unsubscribe/none", oneClick, form)).status).toBe(404);
    expect((await portal.browser().post("/preferences", { language: "fr" })).status).toBe(503);
    expect(offOf()).toEqual(["offers"]);
  });

  test("no other form is let in from another site by it", async () => {
    const { portal, path } = await start();
    for (const other of [
      "/preferences",
      "/login",
      "/unsubscribe",
      `${path("offers")}/x`,
      "/unsubscribe/../preferences",
    ])
      expect((await post(portal, other, "language=fr", form)).status).toBe(403);
    expect((await post(portal, path("offers"), "{}", "application/json")).status).toBe(400);
    expect((await post(portal, path("offers"), "x".repeat(70_000), form)).status).toBe(413);
  });

  test("twenty at once are one withdrawal", async () => {
    const { portal, path } = await start();
    const address = path("offers");
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(portal, address, oneClick, form)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    const count = "SELECT count(*) FROM evidence WHERE kind = 'consent.withdrawn'";
    expect(portal.db.$client.prepare(count).pluck().get()).toBe(1);
  });

  test("the link of a deleted account answers the same page", async () => {
    const { portal, path } = await start();
    const address = path("offers");
    const visitor = portal.browser();
    const before = [await visitor.get(address), await visitor.post(address)];
    const holder = findAccountHolder(portal, memberId)!;
    write(portal.db, () => deleteWithReceipt(portal, holder, { actor: "member", by: "member" }));
    const after = [await visitor.get(address), await visitor.post(address)];
    expect(after.map(({ status, text }) => [status, text])).toEqual(before.map(({ status, text }) => [status, text]));
  });
});

describe("tokens", () => {
  test("anything else is a page that says so, 404, and no fault of ours", async () => {
    const { portal, accountId, path } = await start();
    const good = path("offers").slice("/unsubscribe/".length);
    const other = portal.seal.seal("other.place", `offers ${accountId}`).toString("base64url");
    const wrong = portal.seal.seal("unsubscribe.token", `nothing ${accountId}`).toString("base64url");
    const flipped = `${good.slice(0, 70)}${good[70] === "A" ? "B" : "A"}${good.slice(71)}`;
    for (const token of [
      "none",
      "A".repeat(43),
      good.slice(0, -4),
      flipped,
      `${good}AAAA`,
      other,
      wrong,
      "é",
      "%00",
      "x".repeat(3000),
    ]) {
      const page = await portal.browser().get(`/unsubscribe/${token}`);
      expect(page.status).toBe(404);
      const answer = await post(portal, `/unsubscribe/${token}`, oneClick, form);
      expect(answer.status).toBe(404);
    }
    expect((await portal.browser().get("/unsubscribe/none")).text).toContain("Ce lien ne fonctionne pas");
  });

  test("live on when the keys change places, and die with the key that sealed them", () => {
    const [one, two] = [createSecretKey(randomBytes(32)), createSecretKey(randomBytes(32))];
    const token = unsubscribeToken(createSeal([one]), "account", "offers");
    expect(readUnsubscribeToken(createSeal([two, one]), token)).toEqual({ accountId: "account", list: "offers" });
    expect(readUnsubscribeToken(createSeal([two]), token)).toBeUndefined();
  });

  test("the headers of a mail name the link, an address to write to, and the one click", async () => {
    const { portal, accountId } = await start();
    const headers = unsubscribeHeaders(
      portal.config,
      unsubscribeUrl(portal.config, unsubscribeToken(portal.seal, accountId, "alertEmail")),
    );
    const link =
      /^<(https?:\/\/[^>]+\/unsubscribe\/([\w-]+))>, <mailto:oppositioncnil@smeno\.fr\?subject=unsubscribe%20\2>$/;
    const [, url, token] = link.exec(headers["List-Unsubscribe"]!)!;
    expect(url!.startsWith(`${portal.config.origin}/`)).toBe(true);
    expect(readUnsubscribeToken(portal.seal, token!)).toEqual({ accountId, list: "alertEmail" });
    expect(headers["List-Unsubscribe-Post"]).toBe(oneClick);
    expect(JSON.stringify(headers)).not.toContain(accountId);
  });
});
