import { describe, expect, test } from "vitest";
import { demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { urls } from "../../web/urls.ts";

const https = { ORIGIN: "https://espace.example.fr" };

async function rowsOf(portal: Portal, path: string = urls.cookies) {
  const { document } = await portal.browser().get(path);
  return [...document.querySelectorAll("main tbody tr")].map((row) =>
    [...row.querySelectorAll("th, td")].map(({ textContent }) => textContent),
  );
}

describe("6.6 the page of the cookies", () => {
  test("is public, and one click from every page and from the page of one's data", async () => {
    const portal = await startPortal();
    const visitor = portal.browser();
    expect((await visitor.get(urls.cookies)).status).toBe(200);
    const alice = portal.browser();
    await alice.signIn("alice");
    for (const page of [await visitor.get("/"), await visitor.get("/nowhere"), await alice.get("/dashboard")])
      expect(page.document.querySelector(`footer a[href="${urls.cookies}"]`)).not.toBeNull();
    for (const path of [urls.accountData, urls.login])
      expect(
        (await (path === urls.login ? visitor : alice).get(path)).document.querySelector(
          `main a[href="${urls.cookies}"]`,
        ),
      ).not.toBeNull();
    expect(
      (await alice.get(urls.cookies)).document.querySelector(`main a[href="${urls.accountDevices}"]`),
    ).not.toBeNull();
  });

  test.each([
    ["over http", {}, ""],
    ["over https, where the names tie them to the host", https, "__Host-"],
  ])(
    "lists every cookie that the portal sets, and no other, %s, with its purpose and its life",
    async (_how, settings, prefix) => {
      const portal = await startPortal({ settings });
      const rows = await rowsOf(portal);
      const names = ["session", "device", "challenge", "form"].map((name) => prefix + name).concat("lang");
      expect(rows.map(([name]) => name)).toEqual(names);
      for (const row of rows) for (const cell of row) expect(cell!.length).toBeGreaterThan(3);
      expect(rows[1]!.join()).toContain("30 jours");
      expect(rows[2]!.join()).toContain("10 minutes");

      const set = new Set<string>();
      const collect = (page: { headers: Headers }) => {
        for (const cookie of page.headers.getSetCookie()) set.add(cookie.split("=")[0]!);
        return page;
      };
      const chloe = portal.browser();
      const fields = { identifier: "10000003", password: demoPassword };
      collect(await chloe.post(urls.login, { ...fields, remember: "on" }));
      collect(await chloe.post(urls.mailCode));
      collect(await portal.browser().post(urls.login, fields));
      collect(await portal.browser().get("/?lang=en"));
      collect(await portal.browser().send("/login?next=/", { headers: {} }));
      expect([...set].sort()).toEqual([...names].sort());
    },
  );

  test("says that none is optional, so that there is nothing to refuse, and how to forget a device", async () => {
    const portal = await startPortal();
    const text = (await portal.browser().get(urls.cookies)).document.querySelector("main")!.textContent;
    for (const words of ["Aucun", "publicité", "rien à refuser", "Oublier un appareil"]) expect(text).toContain(words);
  });

  test("is whole in English too", async () => {
    const portal = await startPortal();
    expect((await rowsOf(portal, `${urls.cookies}?lang=en`))[1]!.join()).toContain("30 days");
  });
});

describe("6.7 with cookies off", () => {
  /** A browser that keeps nothing, and says as browsers do which page it comes from. */
  async function refusing(portal: Portal, fields: Record<string, string>) {
    const browser = portal.browser();
    const referer = `${portal.config.origin}${urls.login}?next=%2Fdossier`;
    let page = await browser.post(urls.login, fields, { referer });
    for (let steps = 0; page.status === 303 && steps < 5; steps++) {
      browser.cookies.clear();
      page = await browser.get(page.location!, { referer });
    }
    return page;
  }
  const right = { identifier: "10000001", password: demoPassword };

  test.each([
    ["/dashboard", {}],
    ["/dossier?lang=fr", { next: "/dossier?lang=fr" }],
  ])(
    "a right password that leads to %s ends at the sign-in page, which says why and keeps where it led",
    async (next, more) => {
      const portal = await startPortal();
      const page = await refusing(portal, { ...right, ...more });
      expect(page.status).toBe(200);
      expect(page.document.querySelector("main [role=status]")?.textContent).toContain("cookie");
      expect(page.document.querySelector(`main [role=status] a[href="${urls.cookies}"]`)).not.toBeNull();
      expect(page.document.querySelector("input[name=next]")?.getAttribute("value")).toBe(next);
    },
  );

  test("the second step says the same", async () => {
    const portal = await startPortal();
    const chloe = portal.browser();
    await chloe.signIn("chloe");
    await chloe.post(urls.mailCode);
    const page = await refusing(portal, { identifier: "10000003", password: demoPassword, next: "/dossier" });
    expect(page.document.querySelector("main [role=status]")?.textContent).toContain("cookie");
    expect(page.document.querySelector("input[name=next]")?.getAttribute("value")).toBe("/dossier");
  });

  test("who comes from elsewhere, or whose session is over, is not told so", async () => {
    const portal = await startPortal();
    const { origin } = portal.config;
    const visitor = portal.browser();
    for (const referer of [`${origin}/`, "https://evil.example/login", `${origin}/login/second-factor`, "x"])
      expect((await visitor.get("/dashboard", { referer })).location).toBe(urls.loginThen("/dashboard"));
    visitor.cookies.set("session", "over");
    expect((await visitor.get("/dashboard", { referer: `${origin}/login` })).location).toBe(
      urls.loginThen("/dashboard"),
    );
    const alice = portal.browser();
    await alice.signIn("alice");
    expect((await alice.get("/dashboard", { referer: `${origin}/login` })).status).toBe(200);
  });
});
