import { describe, expect, test } from "vitest";
import type { Browser } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

async function alice(portal: Portal): Promise<Browser> {
  const browser = portal.browser();
  await browser.signIn("alice");
  return browser;
}

const cursor = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
const long = "a".repeat(1_000_000);

const faulty: [string, string, string][] = [
  ["from=2026-02-30", "from", "une date qui existe"],
  ["to=2026-13-01", "to", "une date qui existe"],
  ["from=31/02/2026", "from", "une date qui existe"],
  ["from=yesterday", "from", "une date qui existe"],
  ["from=2026-1-1", "from", "une date qui existe"],
  ["from=0000-01-01", "from", "une date qui existe"],
  ["from=9e99", "from", "une date qui existe"],
  ["from=2026-05-02&to=2026-05-01", "to", "la fin doit être après le début"],
  ["payer=AMO", "payer", "une des réponses proposées"],
  ["payer=both", "payer", "une des réponses proposées"],
  [`q=${"a".repeat(101)}`, "q", "trop long"],
  [`beneficiary=${"P".repeat(65)}`, "beneficiary", "trop long"],
];

test.each(faulty)(
  "a search with %s is shown again with its fault beside the field, in both languages",
  async (query, field, words) => {
    const portal = await startPortal();
    const browser = await alice(portal);
    const page = await browser.get(`/reimbursements?${query}`);
    expect(page.status).toBe(422);
    expect(page.document.querySelector(`.errors a[href="#${field}"]`)?.textContent).toContain(words);
    expect(page.document.getElementById(field)?.getAttribute("aria-describedby")).toContain(`${field}-error`);
    expect(page.document.querySelector("details.filters")?.hasAttribute("open")).toBe(true);
    expect(page.document.title).toMatch(/^Erreur – /);
    if (field !== "payer" && field !== "beneficiary")
      expect(page.document.getElementById(field)?.getAttribute("value")).toBe(new URLSearchParams(query).get(field));
    const english = await browser.get(`/reimbursements?${query}&lang=en`);
    expect([english.status, english.document.documentElement.getAttribute("lang")]).toEqual([422, "en"]);
    expect(english.document.title).toMatch(/^Error – /);
  },
);

/** Nothing that a person could have typed: there is no field to correct. */
const malformed: [string, string][] = [
  ["a cursor of letters", "before=nonsense"],
  ["a cursor of nothing", `before=${cursor(null)}`],
  ["a cursor of numbers", `before=${cursor([1, 2, 3])}`],
  ["a cursor too short", `after=${cursor(["2026-01-01", "A"])}`],
  ["a cursor with a wrong day", `after=${cursor(["2026-02-30", "A", "B"])}`],
  ["a cursor of objects", `after=${cursor({ paidOn: "2026-01-01" })}`],
  ["a cursor that is no base64", "before=%25%25%25"],
  ["a cursor given twice", `before=${cursor(["2026-01-01", "A", "B"])}&before=${cursor(["2026-01-01", "A", "B"])}`],
  ["a cursor of a megabyte", `before=${long}`],
  ["a NUL", "q=a%00b"],
  ["a NUL in a cursor", "after=%00"],
  ["a byte that is not UTF-8", "q=%FF"],
  ["an overlong sequence", "q=%C0%AF"],
  ["half of a sequence", "q=%E2%82"],
  ["a percent sign alone", "q=%"],
  ["a code that is none", "q=%zz"],
];

test.each(malformed)("%s in the address is answered 400, in both languages", async (_, query) => {
  const portal = await startPortal();
  const browser = await alice(portal);
  for (const [lang, title] of [
    ["fr", "Demande non comprise"],
    ["en", "Request not understood"],
  ] as const) {
    const page = await browser.get(`/reimbursements?lang=${lang}&${query}`);
    expect(page.status).toBe(400);
    expect(page.document.querySelector("h1")?.textContent).toBe(title);
    expect(page.document.documentElement.getAttribute("lang")).toBe(lang);
  }
});

describe("strange values", () => {
  const values = [
    "",
    "%00",
    "%FF",
    "%20",
    "🐟",
    "1e309",
    "-1",
    "9007199254740993",
    "null",
    "undefined",
    "[object Object]",
    "'",
    '"',
    "\\",
    "$(id)",
    "`id`",
    "|id",
    "../../etc/passwd",
    " ".repeat(50_000),
    `${"a".repeat(50_000)}!`,
    long,
  ];
  const names = [
    "from",
    "to",
    "beneficiary",
    "payer",
    "q",
    "before",
    "after",
    "lang",
    "__proto__",
    "constructor[prototype][x]",
    "from[]",
    "unknown",
  ];

  test.each(names)("of the parameter %s, once or twice, in list and download, are never a failure", async (name) => {
    const portal = await startPortal();
    const browser = await alice(portal);
    for (const value of values) {
      const query = `${encodeURIComponent(name)}=${value.startsWith("%") ? value : encodeURIComponent(value)}`;
      for (const address of [
        `/reimbursements?${query}`,
        `/reimbursements?${query}&${query}`,
        `/reimbursements/export.csv?${query}`,
      ]) {
        const headers = { cookie: `session=${browser.cookies.get("session")}` };
        const { status } = await portal.app.request(address, { headers });
        expect([address.slice(0, 60), [200, 400, 422].includes(status)]).toEqual([address.slice(0, 60), true]);
      }
    }
    expect(portal.logged.filter(({ level }) => level === "error")).toEqual([]);
  });
});

test("a payment asked for with strange bytes is unknown or malformed, never a failure", async () => {
  const portal = await startPortal();
  const browser = await alice(portal);
  for (const id of [
    "%FF",
    "%00",
    "%",
    "%zz",
    "%E2%82",
    "a".repeat(10_000),
    "%F0%9F%90%9F",
    "..%2f..%2fetc",
    "x;y",
    "x%0d%0aSet-Cookie:a=b",
  ]) {
    const page = await browser.get(`/reimbursements/${id}`);
    expect([400, 404]).toContain(page.status);
    expect(page.headers.get("set-cookie")).toBeNull();
  }
});
