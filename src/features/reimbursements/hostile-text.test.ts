import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

const probes = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  '" autofocus onfocus="alert(1)',
  "</title><h1>x</h1>",
  "</textarea><iframe src=//evil.example>",
  "<!-- --><b>x</b>",
  "]]><i>x</i>",
  "javascript:alert(1)",
  "<a href=javascript:alert(1)>x</a>",
  "%3Cb%3Ex%3C/b%3E",
  "&lt;b&gt;x&lt;/b&gt;",
  "&#60;u&#62;x",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of others is what is tried here
  "{{constructor.constructor('alert(1)')()}} ${8191*8191} <%= 1 %>",
  "\u241fmain\u241f \u2028 \u202eevil \ufeff <hx-partial hx-target=body>",
] as const;

/** What a browser makes of a page: every element with the names of its attributes, in order. */
function skeleton({ document, status }: Page): string {
  const elements = [...document.querySelectorAll("*")].map(
    (element) => `${element.tagName} ${[...element.attributes].map(({ name }) => name).join(" ")}`,
  );
  return [status, ...elements].join("\n");
}

/** The same pages with a harmless word in place of the probe, looked at once for all the probes. */
const calm = new Map<string, Promise<string>>();

function calmly(key: string, ask: () => Promise<Page>): Promise<string> {
  const known = calm.get(key) ?? ask().then(skeleton);
  calm.set(key, known);
  return known;
}

function plant(portal: Portal, text: string): void {
  portal.db.$client
    .prepare(
      "UPDATE lines SET label = @text, provider = @text, specialty = @text, act_code = @text WHERE line_id IN ('EX01', 'EX10A', 'EX10B', 'EX02')",
    )
    .run({ text });
  portal.db.$client
    .prepare(
      "UPDATE payments SET nature = @text, mode = @text, statement_ref = @text, iban_last4 = @text WHERE payment_id IN ('AMOEX01', 'AMOEX02')",
    )
    .run({ text });
  portal.db.$client
    .prepare("UPDATE members SET first_names = @text, usual_name = @text WHERE member_id IN ('P0001', 'P0007')")
    .run({ text });
}

const pages = [
  "/dashboard",
  "/reimbursements",
  "/reimbursements?from=2025-10-01&to=2025-11-30",
  "/reimbursements/AMOEX01",
  "/reimbursements/AMOEX02",
  "/charter",
  "/reimbursements/none",
];

test.each(probes)(
  "the text %j from the feed adds neither element nor attribute to any page, and is shown as written",
  async (probe) => {
    const portal = await startPortal();
    const alice = portal.browser();
    await alice.signIn("alice");
    plant(portal, "neutre");
    for (const page of pages) await calmly(page, () => alice.get(page));
    await calmly("part", () => alice.htmx(pages[2]!));
    plant(portal, probe);
    for (const path of pages) {
      const page = await alice.get(path);
      expect(skeleton(page)).toBe(await calm.get(path));
      expect(page.text).not.toContain("67092481");
    }
    expect(skeleton(await alice.htmx(pages[2]!))).toBe(await calm.get("part"));
    const detail = await alice.get("/reimbursements/AMOEX02");
    expect(detail.document.querySelector("main")?.textContent).toContain(probe);
    expect(detail.document.querySelector("header .who")?.textContent).toContain(probe.split(" ")[0]);
  },
);

test.each(probes)("the text %j searched for, or asked for after sign-in, adds nothing to the page", async (probe) => {
  const portal = await startPortal();
  const alice = portal.browser();
  const next = encodeURIComponent(`/reimbursements?q=${probe}`);
  const calmForm = await calmly("sign-in", () => alice.get("/login?next=/reimbursements?q=neutre"));
  expect(skeleton(await alice.get(`/login?next=${next}`))).toBe(calmForm);
  const refused = await alice.post("/login", { identifier: probe, password: probe });
  expect(refused.document.querySelector("#identifier")?.getAttribute("value")).toBe(probe.trim());
  expect(refused.document.querySelectorAll("script")).toHaveLength(2);
  await alice.signIn("alice");
  for (const query of ["q", "beneficiary", "payer", "from", "before", "lang", "unknown"]) {
    const harmless = await calmly(query, () => alice.get(`/reimbursements?${query}=neutre`));
    const page = await alice.get(`/reimbursements?${query}=${encodeURIComponent(probe)}`);
    expect(skeleton(page)).toBe(harmless);
    const link = page.document.querySelector('header a[rel="alternate"]')!.getAttribute("href")!;
    expect(link).toMatch(/^\/reimbursements\?/);
    if (query !== "lang") expect(new URL(link, "http://x").searchParams.get(query)).toBe(probe);
  }
});

test("an id with signs of its own is escaped in every address that carries it", async () => {
  const portal = await startPortal();
  portal.db.$client.pragma("foreign_keys = OFF");
  const id = `A/..//x?y#z "'<b>&%00é`;
  for (const table of ["payments", "line_payments"])
    portal.db.$client.prepare(`UPDATE ${table} SET payment_id = ? WHERE payment_id = 'AMOEX02'`).run(id);
  const alice = portal.browser();
  await alice.signIn("alice");
  const list = await alice.get("/reimbursements?from=2025-11-13&to=2025-11-13");
  const href = list.document.querySelector("#results tbody a")!.getAttribute("href")!;
  expect(href.split("#")[0]).toBe(`/reimbursements/${encodeURIComponent(id)}`);
  expect((await alice.get(href.split("#")[0]!)).document.querySelector("h1")?.textContent).toBe(
    "Paiement du 13 novembre 2025",
  );
});
