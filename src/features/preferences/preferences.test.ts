import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { findAccountHolder } from "../../domain/accounts.ts";
import { consentText } from "../../domain/consent-words.ts";
import { changeChoices, choices, proveChoices } from "../../domain/preferences.ts";
import { openTextContent } from "../../domain/text-outbox.ts";
import { write } from "../../platform/database.ts";
import { tFor } from "../../platform/i18n.ts";
import { accountOf, formOf, onOf, provenOf } from "./preferences-kit.ts";

const path = "/preferences";
const mobile = "06 98 76 54 32";
const stored = "+33698765432";

async function start(who = "alice") {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn(who);
  return { portal, alice };
}

const all = Object.fromEntries(choices.map((choice) => [choice, "on"]));
const one = (portal: Portal, sql: string) => portal.db.$client.prepare<[], unknown>(sql).pluck().get();

const partial = { "hx-request": "true", "hx-request-type": "partial" };

/** What a script sends when a box is ticked or unticked: the whole form, about that one. */
const tick = (browser: Browser, choice: string, isOn: boolean, more: Record<string, string> = {}) =>
  browser.post(path, { covers: choice, ...(isOn && { [choice]: "on" }), language: "fr", ...more }, partial);

function codeIn({ db, seal }: Portal): string {
  const sealed = db.$client
    .prepare<[], Buffer>("SELECT content_sealed FROM texts WHERE kind = 'change.code' ORDER BY text_id DESC")
    .pluck()
    .get()!;
  return /\d{6}/.exec(openTextContent(seal, sealed).text)![0];
}

describe("the proof of a choice", () => {
  const lastFact = ({ db }: Portal) =>
    JSON.parse(
      db.$client
        .prepare<[], string>("SELECT details FROM evidence WHERE kind LIKE 'consent.%' ORDER BY sequence DESC LIMIT 1")
        .pluck()
        .get()!,
    ) as Record<string, string>;
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

  test.each([["fr"], ["en"]] as const)(
    "holds the hash of the words of the page in %s, and where it came from",
    async (language) => {
      for (const choice of choices.filter((name) => name !== "alertSms")) {
        const { portal, alice } = await start();
        const { document } = await alice.get(`${path}?lang=${language}`);
        const label = document.querySelector(`label[for=${choice}]`)!.textContent.trim();
        const about = document.querySelector(`#${choice}-about`)!.textContent;
        await tick(alice, choice, true);
        const { words, ...fact } = lastFact(portal);
        expect(fact).toEqual({
          list: choice,
          channel: "preferences",
          language,
          label: "other/other",
          network: "127.0.0.x",
        });
        const proof = consentText(tFor(language), "preferences", choice, portal.config.organisation.name);
        expect(label).toBe(proof.label);
        expect(about.startsWith(proof.hint)).toBe(true);
        expect(words).toBe(sha256(`${label}\n${proof.hint}`));
      }
    },
  );

  test("given when the account is opened holds the words of that form", async () => {
    const portal = await startPortal();
    const { accountId, memberId } = findAccountHolder(portal, "P0001")!;
    portal.db.$client.exec("UPDATE accounts SET language = 'en' WHERE member_id = 'P0001'");
    changeChoices(portal, { accountId, memberId, changes: { offers: true }, actor: "member", channel: "opening" });
    write(portal.db, () => proveChoices(portal, { accountId, memberId }));
    const { document } = await portal.browser().get("/register?lang=en");
    const label = document.querySelector("label[for=offers]")!.textContent.trim();
    const hint = document.querySelector("#consents-hint")!.textContent.trim();
    expect(lastFact(portal)).toEqual({
      ...{ list: "offers", channel: "opening", language: "en" },
      words: sha256(`${label}\n${hint}`),
    });
  });
});

describe("the page", () => {
  test("is for who is signed in", async () => {
    const portal = await startPortal();
    expect((await portal.browser().get(path)).location).toBe("/login?next=%2Fpreferences");
    expect((await portal.browser().post(path, { language: "fr" })).location).toMatch(/^\/login/);
  });

  test("D11a 2.5e each choice has its own box, its words and its group; none is ticked for anybody", async () => {
    const { alice } = await start();
    const { document } = await alice.get(path);
    for (const choice of choices) {
      const box = document.querySelector(`#${choice}`)!;
      expect(box.hasAttribute("checked")).toBe(false);
      expect(document.querySelector(`label[for=${choice}]`)!.textContent).not.toBe("");
      const about = box.getAttribute("aria-describedby")!;
      expect(document.querySelector(`#${about}`)!.textContent).toContain("Désactivé.");
    }
    expect(document.querySelectorAll("#preferences fieldset legend")).toHaveLength(3);
    expect((await alice.get("/account")).document.querySelector('a[href="/preferences"]')).not.toBeNull();
  });

  test("5.4 it says since when statements no longer come by post, and when they would again", async () => {
    const { alice, portal } = await start();
    expect((await alice.get(path)).text).toContain("Arrêtés le 23 novembre 2026");
    expect((await alice.get(path)).text).toContain("Ils reprennent si vous supprimez votre compte");
    expect(
      one(portal, "SELECT count(*) FROM outbound WHERE entity = 'preferences_papier' AND member_id = 'P0001'"),
    ).toBe(1);
    await alice.post(path, { ...all, language: "fr" });
    expect(
      one(portal, "SELECT count(*) FROM outbound WHERE entity = 'preferences_papier' AND member_id = 'P0001'"),
    ).toBe(1);
  });
});

describe("saving", () => {
  test("D11a 6.2 the whole form of the contract, without a word of what it covers, is all six: at once, proven once", async () => {
    const { portal, alice } = await start();
    const saved = await alice.post(path, { newsletterSmeno: "on", partnerOffers: "on", language: "fr" });
    expect([saved.status, saved.location]).toEqual([303, "/preferences?saved"]);
    expect(onOf(portal)).toEqual(["newsletterSmeno", "partnerOffers"]);
    await alice.post(path, { newsletterSmeno: "on", partnerOffers: "on", language: "fr" });
    await alice.post(path, { partnerOffers: "on", language: "fr" });
    await alice.post(path, { language: "fr" });
    expect(onOf(portal)).toEqual([]);
    const ways = ["+newsletterSmeno", "+partnerOffers", "-newsletterSmeno", "-partnerOffers"];
    expect(provenOf(portal)).toEqual(ways.map((way) => `${way} preferences`));
    const page = await alice.get(`${path}?saved`);
    expect(page.document.querySelector(".notice[role=status]")!.textContent).toBe("Enregistré.");
  });

  test("a form that does not say what it covers is the whole form: what it does not tick is off", async () => {
    const { portal, alice } = await start();
    await alice.post(path, { newsletterSmeno: "on", offers: "on", language: "fr" });
    await alice.post(path, { newsletterMutuelle: "on" });
    expect(onOf(portal)).toEqual(["newsletterMutuelle"]);
    await alice.post(path, {});
    expect(onOf(portal)).toEqual([]);
  });

  test("one choice sent alone by a script touches no other, whether it says so or not", async () => {
    const { portal, alice } = await start();
    await alice.post(path, { newsletterSmeno: "on", offers: "on", language: "fr" });
    const answer = await alice.post(path, { newsletterMutuelle: "on" }, partial);
    expect([answer.status, answer.text.includes("newsletterMutuelle-about")]).toEqual([200, true]);
    expect(onOf(portal)).toEqual(["newsletterSmeno", "newsletterMutuelle", "offers"]);
    await alice.post(path, { covers: "offers" });
    expect(onOf(portal)).toEqual(["newsletterSmeno", "newsletterMutuelle"]);
    await alice.post(path, {}, partial);
    await alice.post(path, { covers: "" });
    await alice.post(path, { covers: "language", language: "en" });
    await alice.post(path, { covers: "nothing", offers: "on" });
    expect(onOf(portal)).toEqual(["newsletterSmeno", "newsletterMutuelle"]);
  });

  test("the form of the page, sent as it is, changes nothing; with one box unticked, that one", async () => {
    const { portal, alice } = await start();
    await alice.post(path, { newsletterSmeno: "on", offers: "on", alertEmail: "on", language: "fr" });
    const before = provenOf(portal);
    expect((await alice.post(path, await formOf(alice))).status).toBe(303);
    expect(provenOf(portal)).toEqual(before);
    await alice.post(path, await formOf(alice, { offers: false, partnerOffers: true }));
    expect(onOf(portal)).toEqual(["newsletterSmeno", "partnerOffers", "alertEmail"]);
  });

  test("6.2 an old page sent once more gives back no consent that was withdrawn meanwhile", async () => {
    const { portal, alice } = await start();
    await alice.post(path, { offers: "on", language: "fr" });
    const old = await formOf(alice, { newsletterSmeno: true });
    const account = { accountId: accountOf(portal), memberId: "P0001" };
    changeChoices(portal, { ...account, changes: { offers: false }, actor: "visitor", channel: "unsubscribe" });
    await alice.post(path, old);
    expect(onOf(portal)).toEqual(["newsletterSmeno"]);
  });

  test("with a script, each is saved by itself, and its own place comes back with the word said aloud", async () => {
    const { portal, alice } = await start();
    const { status, text } = await tick(alice, "newsletterSmeno", true);
    expect(status).toBe(200);
    expect(onOf(portal)).toEqual(["newsletterSmeno"]);
    expect(text).toContain('name="newsletterSmeno"');
    expect(text).not.toContain('name="offers"');
    expect(text).toMatch(/role="status"[^>]*>Les actualités SMENO, par e-mail\s: enregistré</);
    expect((await tick(alice, "newsletterSmeno", false)).text).toContain("Désactivé depuis le");
    expect(onOf(portal)).toEqual([]);
  });

  test("6.2 the history of each says when and how, newest first, for acts by post as well", async () => {
    const { portal, alice } = await start();
    await alice.post(path, { offers: "on", language: "fr" });
    portal.advance({ days: 3 });
    await alice.signIn("alice");
    const account = { accountId: accountOf(portal), memberId: "P0001" };
    const act = { changes: { offers: false }, actor: "staff", channel: "post", staff: "adviser@demo.example" } as const;
    expect(changeChoices(portal, { ...account, ...act, receivedOn: "2026-11-25" })).toEqual(["offers"]);
    const { document, text } = await alice.get(path);
    const history = [...document.querySelectorAll("#choice-offers li")].map((item) => item.textContent);
    expect(history[0]).toMatch(/^26 novembre 2026 .*\s: arrêté par courrier \(reçu le 25 novembre 2026\)$/);
    expect(history[1]).toMatch(/^23 novembre 2026 .*\s: accepté dans vos préférences$/);
    expect(text).not.toContain("adviser@demo.example");
    const activity = (await alice.get("/account/activity")).text;
    expect(activity).toContain("par courrier");
    expect(activity).not.toContain("adviser@demo.example");
  });

  test("the language of mails is saved, and the pages follow", async () => {
    const { portal, alice } = await start();
    const { location } = await alice.post(path, { language: "en" });
    expect(location).toBe("/preferences?saved&lang=en");
    expect((await alice.get(location!)).text).toContain("Saved.");
    expect((await alice.get("/account")).text).toContain("My account");
    expect(one(portal, "SELECT language FROM accounts WHERE member_id = 'P0001'")).toBe("en");
  });

  test("odd values are answered 4xx, and change nothing", async () => {
    const { portal, alice } = await start();
    const odd: Record<string, string>[] = [
      { offers: "yes", language: "fr" },
      { offers: "on", language: "de" },
      { alertSms: "on", mobile: "x".repeat(5000), language: "fr" },
      { alertSms: "on", mobile: "😀", language: "fr" },
    ];
    for (const fields of odd) expect((await alice.post(path, fields)).status).toBe(422);
    const many = Array.from({ length: 60 }, (): [string, string] => ["covers", "offers"]);
    expect((await alice.post(path, [...many, ["offers", "on"]])).status).toBe(422);
    expect(
      (
        await alice.post(path, [
          ["offers", "on"],
          ["offers", "on"],
        ])
      ).status,
    ).toBe(422);
    expect(
      (
        await alice.post(
          path,
          { offers: "on", language: "fr" },
          { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
        )
      ).status,
    ).toBe(403);
    expect(onOf(portal)).toEqual([]);
    expect(provenOf(portal)).toEqual([]);
  });

  test("fifty at once are each one fact, and end as the last of them", async () => {
    const { portal, alice } = await start();
    await Promise.all(Array.from({ length: 50 }, () => tick(alice, "offers", true)));
    expect(provenOf(portal)).toEqual(["+offers preferences"]);
  });

  test("a form that came after the session ended is kept, and shown as it was ticked", async () => {
    const { portal, alice } = await start();
    await alice.post(path, { offers: "on", language: "fr" });
    const form = await formOf(alice, { offers: false, alertEmail: true });
    portal.advance({ minutes: 11 });
    expect((await alice.post(path, form)).location).toMatch(/^\/login/);
    await alice.signIn("alice");
    const { document } = await alice.get(path);
    const ticked = choices.filter((choice) => document.querySelector(`#${choice}`)!.hasAttribute("checked"));
    expect(ticked).toEqual(["alertEmail"]);
    expect(onOf(portal)).toEqual(["offers"]);
  });
});

describe("alerts by text message", () => {
  test("2.5c ask for a number, and keep what else was ticked", async () => {
    const { portal, alice } = await start();
    const { status, document } = await alice.post(path, { alertSms: "on", offers: "on", language: "fr" });
    expect(status).toBe(422);
    expect(document.querySelector('.errors a[href="#mobile"]')).not.toBeNull();
    expect(document.querySelector("#offers")!.hasAttribute("checked")).toBe(true);
    expect(onOf(portal)).toEqual([]);
    const answered = await tick(alice, "alertSms", true);
    expect(answered.status).toBe(422);
    expect(answered.text).toContain('name="alertSms"');
    expect(answered.text).toMatch(/role="status"[^>]*>«\sNuméro de mobile\s»/);
  });

  test("6.2 alerts that still wait for a number hold up no other choice", async () => {
    const { portal, alice } = await start();
    const { location } = await alice.post(path, { alertSms: "on", offers: "on", mobile, language: "fr" });
    await alice.post(location!.replace("/confirm", "/cancel"));
    expect(onOf(portal)).toEqual(["offers", "alertSms"]);
    expect((await alice.post(path, await formOf(alice, { offers: false }))).location).toBe(`${path}?saved`);
    expect(onOf(portal)).toEqual(["alertSms"]);
  });

  test("a form that is refused for its number saves nothing; one that repeats the awaited number is saved", async () => {
    const { portal, alice } = await start();
    const { location } = await alice.post(path, { alertSms: "on", mobile, language: "fr" });
    const other = await alice.post(path, await formOf(alice, { offers: true }, { mobile: "06 11 11 11 11" }));
    expect([other.status, onOf(portal)]).toEqual([422, ["alertSms"]]);
    expect(location).toMatch(/confirm$/);
    expect((await alice.post(path, await formOf(alice, { offers: true }))).location).toBe(`${path}?saved`);
    expect(onOf(portal)).toEqual(["offers", "alertSms"]);
  });

  test("2.5c D11b a new number is proven by a code before anything goes there", async () => {
    const { portal, alice } = await start();
    const { location } = await alice.post(path, { alertSms: "on", mobile, language: "fr" });
    expect(location).toMatch(/^\/dossier\/changes\/[\w-]+\/confirm$/);
    expect((await alice.get(location!)).text).toContain("Nous avons envoyé un code par SMS");
    expect(one(portal, "SELECT mobile FROM accounts WHERE member_id = 'P0001'")).toBeNull();
    const waiting = await alice.get(path);
    expect(waiting.text).toContain("En attente");
    expect(waiting.document.querySelector(`#choice-alertSms a[href="${location}"]`)).not.toBeNull();
    // Sent once more, the form leads to the same code.
    expect((await alice.post(path, { alertSms: "on", mobile, language: "fr" })).location).toBe(location);
    expect(one(portal, "SELECT count(*) FROM texts WHERE kind = 'change.code'")).toBe(1);
    await alice.post(location!, { code: codeIn(portal) });
    expect(one(portal, "SELECT mobile FROM accounts WHERE member_id = 'P0001' AND mobile_verified_at > 0")).toBe(
      stored,
    );
    expect(onOf(portal)).toEqual(["alertSms"]);
    const { text } = await alice.get(path);
    expect(text).not.toContain("En attente");
    expect(text).toContain(`${mobile}, confirmé.`);
    // From now on the number is not asked for.
    expect((await alice.post(path, { alertSms: "on", language: "fr" })).location).toBe("/preferences?saved");
  });

  test("the password is asked for a new number from five minutes on; the rest is saved, the number kept typed", async () => {
    const { portal, alice } = await start();
    portal.advance({ minutes: 4, seconds: 59 });
    expect((await alice.post(path, { alertSms: "on", mobile: "06 11 11 11 11", language: "fr" })).location).toMatch(
      /confirm$/,
    );
    const { portal: other, alice: late } = await start();
    other.advance({ minutes: 5 });
    const form = await formOf(late, { alertSms: true, offers: true }, { mobile });
    const { location } = await late.post(path, form);
    expect(location).toMatch(/^\/account\/confirm\?next=/);
    expect(onOf(other)).toEqual(["offers", "alertSms"]);
    expect(one(other, "SELECT count(*) FROM texts")).toBe(0);
    const back = await late.post(location!, { password: "Demo-2026!", next: path });
    expect(back.location).toBe(path);
    const { document } = await late.get(path);
    expect(document.querySelector("#mobile")!.getAttribute("value")).toBe(mobile);
    expect((await late.post(path, await formOf(late))).location).toMatch(/^\/dossier\/changes\/[\w-]+\/confirm$/);
  });

  test("a number abroad, or another one while a change is under way, is refused in words", async () => {
    const { alice } = await start();
    const abroad = await alice.post(path, { alertSms: "on", mobile: "+32 470 12 34 56", language: "fr" });
    expect([abroad.status, abroad.document.querySelector("#mobile-error")!.textContent]).toEqual([
      422,
      expect.stringContaining("mobiles de France et d’outre-mer"),
    ]);
    await alice.post(path, { alertSms: "on", mobile, language: "fr" });
    const second = await alice.post(path, { alertSms: "on", mobile: "06 11 11 11 11", language: "fr" });
    expect(second.status).toBe(422);
    expect(second.text).toContain("un autre changement de mobile est déjà en cours");
  });

  test("stopping them never fails for the number", async () => {
    const { portal, alice } = await start();
    const account = { accountId: accountOf(portal), memberId: "P0001" };
    changeChoices(portal, { ...account, changes: { alertSms: true }, actor: "member", channel: "opening" });
    expect((await alice.post(path, await formOf(alice, { alertSms: false }, { mobile: "abc" }))).status).toBe(303);
    expect(onOf(portal)).toEqual([]);
    changeChoices(portal, { ...account, changes: { alertSms: true }, actor: "member", channel: "opening" });
    expect((await tick(alice, "alertSms", false, { mobile: "abc" })).status).toBe(200);
    expect(onOf(portal)).toEqual([]);
  });

  test("6.4d the number is erased on demand, with the alerts that went there", async () => {
    const { portal, alice } = await start();
    const { location } = await alice.post(path, { alertSms: "on", offers: "on", mobile, language: "fr" });
    await alice.post(location!, { code: codeIn(portal) });
    const busy = await alice.post("/preferences/mobile/forget", { forget: "on" });
    expect(busy.status).toBe(409);
    expect(busy.text).toContain("est déjà en cours");
    portal.db.$client.exec("UPDATE changes SET state = 'applied', settled_at = 1");
    expect((await alice.post("/preferences/mobile/forget", { forget: "on" })).location).toBe("/preferences?saved");
    const kept = portal.db.$client
      .prepare("SELECT mobile, mobile_verified_at FROM accounts WHERE member_id = 'P0001'")
      .get();
    expect(kept).toEqual({ mobile: null, mobile_verified_at: null });
    expect(onOf(portal)).toEqual(["offers"]);
    expect(provenOf(portal).at(-1)).toBe("-alertSms contact");
    expect((await alice.get(path)).text).not.toContain(mobile);
    portal.advance({ minutes: 6 });
    expect((await alice.post("/preferences/mobile/forget", { forget: "on" })).location).toMatch(/^\/account\/confirm/);
  });
});
