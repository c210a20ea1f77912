import { describe, expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";
import { exportFeed } from "../../feeds/export.ts";
import { urls } from "../../web/urls.ts";
import { bank, factsOf, lille, rowsOf, statesOf, textsTo } from "./changes-kit.ts";

async function alicesPortal() {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  return { portal, alice };
}

const flat = (text: string | undefined | null) => (text ?? "").replace(/\s+/g, " ").trim();

describe("the form", () => {
  test("D10a begins with the address of the file", async () => {
    const { alice } = await alicesPortal();
    const { status, document } = await alice.get(urls.dossierAddress);
    expect(status).toBe(200);
    const values = [1, 2, 4, 6].map((n) => document.querySelector(`#line${n}`)?.getAttribute("value"));
    expect(values).toEqual(["MME ALICE LEFEVRE", "APPARTEMENT 34", "12 RUE DE L HOPITAL MILITAIRE", "59800 LILLE"]);
    expect(document.querySelector("#country option[selected]")?.getAttribute("value")).toBe("FR");
  });

  test("needs the password typed within five minutes, and gives back what was typed", async () => {
    const { portal, alice } = await alicesPortal();
    portal.advance({ minutes: 4, seconds: 59 });
    expect((await alice.get(urls.dossierAddress)).status).toBe(200);
    portal.advance({ seconds: 1 });
    expect((await alice.get(urls.dossierAddress)).location).toMatch(/^\/account\/confirm\?next=/);
    const referer = `${portal.config.origin}${urls.dossierAddress}`;
    const refused = await alice.post(urls.dossierAddress, { ...lille, line1: "M. X<Y" }, { referer });
    expect(refused.location).toMatch(/^\/account\/confirm\?next=/);
    expect(rowsOf(portal)).toEqual([]);
    await alice.post("/account/confirm", { password: "Demo-2026!", next: urls.dossierAddress });
    const again = await alice.get(urls.dossierAddress);
    expect(again.document.querySelector("#line1")?.getAttribute("value")).toBe("M. X<Y");
    expect(again.document.querySelector("#line4")?.getAttribute("value")).toBe("14, rue des Lilas");
  });

  test("a visitor signs in first", async () => {
    const { portal } = await alicesPortal();
    expect((await portal.browser().post(urls.dossierAddress, lille)).location).toMatch(/^\/login\?next=/);
    expect(rowsOf(portal)).toEqual([]);
  });

  test.each([
    ["line2", "A".repeat(39), "38"],
    ["line3", "Bât. 😀", "caractère 😀"],
    ["line1", "Alice\u0007", "caractère U+0007"],
    ["line2", "Apt\ufffd3", "caractère \ufffd"],
    ["line6", "59000 --", "code postal"],
    ["line6", "Lille", "code postal"],
    ["country", "ZZ", "réponses proposées"],
  ])("bad input: %s = %j is told beside it, and all that was typed is kept", async (name, value, told) => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post(urls.dossierAddress, { ...lille, [name]: value });
    expect(page.status).toBe(422);
    expect(page.document.querySelector(".errors a")?.getAttribute("href")).toBe(`#${name}`);
    expect(flat(page.document.querySelector(`#${name}-error`)?.textContent)).toContain(told);
    expect(page.document.querySelector("#line4")?.getAttribute("value")).toBe("14, rue des Lilas");
    if (name !== "country") expect(page.document.querySelector(`#${name}`)?.getAttribute("value")).toBe(value);
    expect(rowsOf(portal)).toEqual([]);
  });

  test("a NUL is told beside its field as a sign that cannot be printed, and all that was typed is kept", async () => {
    const { portal, alice } = await alicesPortal();
    const page = await alice.post(urls.dossierAddress, { ...lille, line2: "Apt\u00003" });
    expect([page.status, page.document.querySelector(".errors a")?.getAttribute("href")]).toEqual([422, "#line2"]);
    expect(page.document.querySelector("#line2")?.getAttribute("value")).toBe("Apt\ufffd3");
    expect(page.document.querySelector("#line4")?.getAttribute("value")).toBe("14, rue des Lilas");
    expect(rowsOf(portal)).toEqual([]);
  });

  test("the same address as in the file asks for nothing", async () => {
    const { portal, alice } = await alicesPortal();
    const { document } = await alice.get(urls.dossierAddress);
    const same = Object.fromEntries(
      [1, 2, 3, 4, 5, 6].map((n) => [`line${n}`, document.querySelector(`#line${n}`)?.getAttribute("value") ?? ""]),
    );
    expect((await alice.post(urls.dossierAddress, { ...same, country: "FR" })).status).toBe(422);
    expect(rowsOf(portal)).toEqual([]);
  });

  test.each([
    [{}, 422],
    [{ line1: "x".repeat(60_000) }, 422],
    [{ line1: "x".repeat(70_000) }, 413],
  ])("an odd form is refused, never an error of ours", async (fields, status) => {
    const { alice } = await alicesPortal();
    expect((await alice.post(urls.dossierAddress, fields)).status).toBe(status);
  });
});

describe("the request", () => {
  test("D10a is pending, told at once, shown beside the file's address, and goes out once", async () => {
    const { portal, alice } = await alicesPortal();
    const posted = await alice.post(urls.dossierAddress, lille);
    expect([posted.status, posted.location]).toEqual([303, `${urls.changes}?done=asked`]);
    expect(statesOf(portal)).toEqual(["pending"]);
    const list = await alice.follow(posted);
    expect(flat(list.document.querySelector("section")?.textContent)).toContain("14 RUE DES LILAS");
    const file = await alice.get(urls.dossier);
    const block = flat(file.document.querySelector("section#address")?.textContent);
    expect(block).toContain("12 RUE DE L HOPITAL MILITAIRE");
    expect(block).toMatch(/changement demandé le .*14 RUE DES LILAS/);

    const mail = portal.mailsTo("alice@demo.example").findLast(({ kind }) => kind === "change.alert")!;
    expect(mail.text).toMatch(/\/help\/credentials\/freeze\/[\w-]{43}/);
    expect(mail.text).not.toContain("LILAS");
    expect(factsOf(portal).map(([kind]) => kind)).toEqual(["change.requested"]);
    expect(factsOf(portal)[0]![1]).toContain('"network":"127.0.0.x"');
    expect(factsOf(portal)[0]![1]).not.toContain("LILAS");

    const { change_id } = rowsOf(portal)[0]!;
    const [feed] = exportFeed(portal, `${portal.dataDir}/outbox`);
    expect(feed!.files.find(({ name }) => name.startsWith("changements_"))?.rows).toBe(1);
    const { readFileSync } = await import("node:fs");
    const name = feed!.files.find((file) => file.name.startsWith("changements_"))!.name;
    const [head, row] = readFileSync(`${portal.dataDir}/outbox/${feed!.folder}/${name}`, "utf8").split("\r\n");
    const cells = Object.fromEntries(head!.split(";").map((column, index) => [column, row!.split(";")[index]]));
    expect(cells).toMatchObject({
      changement_id: change_id,
      personne_id: "P0001",
      type: "adresse",
      demande_le: "2026-11-23T09:00:00+01:00",
      adr_l1: "Mme Alice LEFÈVRE",
      adr_l4: "14 RUE DES LILAS",
      adr_l5: "",
      adr_l6: "59000 LILLE",
      pays: "FR",
      iban: "",
    });
    expect(exportFeed(portal, `${portal.dataDir}/outbox`)).toEqual([]);
  });

  test("of twenty at once one is kept, and each of the others offers to cancel it", async () => {
    const { portal, alice } = await alicesPortal();
    const posts = Array.from({ length: 20 }, (_, n) => alice.post(urls.dossierAddress, { ...lille, line5: `BP ${n}` }));
    const pages = await Promise.all(posts);
    const statuses = pages.map(({ status }) => status).sort();
    expect(statuses).toEqual([303, ...Array(19).fill(409)]);
    expect(statesOf(portal)).toEqual(["pending"]);
    const { change_id } = rowsOf(portal)[0]!;
    const refused = pages.find(({ status }) => status === 409)!;
    expect(refused.document.querySelector(`form[action="${urls.cancelChange(change_id)}"]`)).not.toBeNull();
    expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "change.alert")).toHaveLength(1);
  });

  test("may be cancelled until it is exported, and never after", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierAddress, lille);
    const [first] = rowsOf(portal);
    const cancelled = await alice.post(urls.cancelChange(first!.change_id));
    expect(cancelled.location).toBe(`${urls.changes}?done=cancelled`);
    expect(statesOf(portal)).toEqual(["cancelled"]);
    expect(
      exportFeed(portal, `${portal.dataDir}/outbox`).flatMap(({ files }) =>
        files.map(({ name }) => name.split("_")[0]),
      ),
    ).not.toContain("changements");
    expect(portal.mailsTo("alice@demo.example").at(-1)?.kind).toBe("change.cancelled");
    // The same once more says that it is over.
    expect((await alice.post(urls.cancelChange(first!.change_id))).status).toBe(409);

    await alice.post(urls.dossierAddress, lille);
    const second = rowsOf(portal)[1]!;
    expect(exportFeed(portal, `${portal.dataDir}/outbox`)).toHaveLength(1);
    const late = await alice.post(urls.cancelChange(second.change_id));
    expect(late.status).toBe(409);
    expect(statesOf(portal)).toEqual(["cancelled", "pending"]);
    expect((await alice.get(urls.changes)).document.querySelector("form[action$='/cancel']")).toBeNull();
    const again = await alice.post(urls.dossierAddress, { ...lille, line5: "BP 1" });
    expect(again.status).toBe(409);
    expect(again.document.querySelector("form[action$='/cancel']")).toBeNull();
  });

  test("asked and cancelled in a loop, it stops at ten an hour, with one text message", async () => {
    const { portal, alice } = await alicesPortal();
    portal.db.$client.exec("UPDATE accounts SET mobile = '+33639980001', mobile_verified_at = 1");
    const loop = async () => {
      const asked = await alice.post(urls.dossierAddress, lille);
      const waiting = rowsOf(portal).find(({ state }) => state === "pending");
      if (waiting) await alice.post(urls.cancelChange(waiting.change_id));
      return asked;
    };
    for (let index = 0; index < 10; index++) expect((await loop()).status).toBe(303);
    const refused = await loop();
    expect([refused.status, Number(refused.headers.get("retry-after"))]).toEqual([429, 3600]);
    expect(textsTo(portal, "+33639980001")).toHaveLength(1);
    expect(portal.mailsTo("alice@demo.example").filter(({ kind }) => kind === "change.alert")).toHaveLength(10);
    portal.advance({ hours: 1 });
    await alice.signIn("alice");
    expect((await alice.post(urls.dossierBank, bank)).location).toMatch(/asked/);
    expect((await alice.post(urls.dossierBank, { ...bank, usage: "amo" })).location).toMatch(/asked/);
    expect((await alice.post(urls.dossierAddress, lille)).location).toMatch(/asked/);
    // One of the account, one of the address.
    expect(textsTo(portal, "+33639980001")).toHaveLength(3);
  });

  test("is nobody else's to see or to cancel", async () => {
    const { portal, alice } = await alicesPortal();
    await alice.post(urls.dossierAddress, lille);
    const { change_id } = rowsOf(portal)[0]!;
    const bob = portal.browser("127.0.0.3");
    await bob.signIn("bob");
    expect((await bob.post(urls.cancelChange(change_id))).status).toBe(404);
    expect((await bob.get(urls.changes)).text).not.toContain("LILAS");
    expect((await portal.browser().post(urls.cancelChange(change_id))).location).toMatch(/^\/login/);
    for (const id of ["none", "..", "%00", "a".repeat(500)])
      expect((await alice.post(`/dossier/changes/${id}/cancel`)).status).toBeGreaterThanOrEqual(400);
    expect(statesOf(portal)).toEqual(["pending"]);
  });
});
