import fc from "fast-check";
import { expect, test } from "vitest";
import { inLanguage, safeNext, urls } from "./urls.ts";

const origin = "https://espace.example.fr";

test.each([
  "/",
  "/dashboard",
  "/reimbursements?from=2026-01-01&q=m%C3%A9decin",
  "/reimbursements/AMO-1?lang=en",
  "/reimbursements?next=https://evil.example",
  "/verify/a:b@c",
])("%s is a place of this portal", (text) => {
  expect(safeNext(text, origin)).toBe(text);
});

test("the place after # stays in the browser", () => {
  expect(safeNext("/reimbursements/AMO-1#L1", origin)).toBe("/reimbursements/AMO-1");
});

test.each([
  ["", "nothing"],
  [undefined, "no such parameter"],
  ["dashboard", "not from the root"],
  ["?next=/", "no path"],
  ["//evil.example", "another host"],
  ["///evil.example", "another host, with a stroke more"],
  ["/\\evil.example", "a backslash that browsers read as a stroke"],
  ["\\\\evil.example", "two backslashes"],
  ["/\\/evil.example", "both strokes"],
  ["/dashboard\\..\\evil", "a backslash further on"],
  ["https://evil.example/", "a whole address"],
  ["https:evil.example", "an address without strokes"],
  ["HtTpS://evil.example", "an address in mixed letters"],
  ["javascript:alert(1)", "a script"],
  ["data:text/html,x", "data"],
  ["//evil.example@espace.example.fr", "a name before the host"],
  ["https://espace.example.fr@evil.example/", "our name before another host"],
  ["https://espace.example.fr.evil.example/", "our name inside another"],
  [" //evil.example", "a space in front"],
  ["\t//evil.example", "a tab in front"],
  ["/\t/evil.example", "a tab that browsers drop"],
  ["/\n/evil.example", "a line end that browsers drop"],
  ["/\r\nSet-Cookie: a=b", "a second header"],
  ["/dashboard\u0000", "a zero byte"],
  ["/dashboard\u0085", "another control character"],
  ["/.//evil.example", "a dot that browsers drop"],
  ["/..//evil.example", "two dots that browsers drop"],
  ["/%2e//evil.example", "an encoded dot that browsers drop"],
  ["/a/..//evil.example", "a folder left again"],
  ["/./\t/evil.example", "a dot and a tab"],
])("%j leads nowhere: %s", (text, _why) => {
  expect(safeNext(text, origin)).toBeUndefined();
});

test("an address longer than any of ours leads nowhere", () => {
  expect(safeNext(`/${"a".repeat(1_999)}`, origin)).toBeDefined();
  expect(safeNext(`/${"a".repeat(2_000)}`, origin)).toBeUndefined();
});

test("whatever is asked for, a browser that follows it stays on this portal", () => {
  const piece = fc.constantFrom(
    "/",
    "\\",
    ".",
    "..",
    "%2e",
    "%2F",
    "%5c",
    "\t",
    "\n",
    " ",
    ":",
    "@",
    "?",
    "#",
    "evil.example",
    "https:",
    "javascript:",
    "\u00a0",
    "．",
    "／",
    "a",
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join("")),
      (text) => {
        for (const asked of [text, `/${text}`]) {
          const next = safeNext(asked, origin);
          if (next !== undefined) expect(URL.parse(next, origin)?.origin).toBe(origin);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("the way back after sign-in survives the trip through the address", () => {
  const place = "/reimbursements?q=a&b=c d#é";
  const address = new URL(urls.loginThen(place), origin);
  expect(address.pathname).toBe(urls.login);
  expect(address.searchParams.get("next")).toBe(place);
});

test("the number of a payment is a single part of its address, whatever is in it", () => {
  expect(urls.payment("AMO/../x?y#z")).toBe("/reimbursements/AMO%2F..%2Fx%3Fy%23z");
});

test("the same page in another language keeps its other parameters", () => {
  const address = `${origin}/reimbursements?from=2026-01-01&lang=fr`;
  expect(inLanguage("/reimbursements", address, "en")).toBe("/reimbursements?from=2026-01-01&lang=en");
  expect(inLanguage("/", `${origin}/`, "en")).toBe("/?lang=en");
});

test("the link to the other language stays on this portal, even from an address that begins with two strokes", () => {
  for (const path of ["//evil.example/page", "///evil.example"]) {
    const link = inLanguage(path, `${origin}${path}?a=b`, "en");
    expect(new URL(link, origin).origin).toBe(origin);
  }
});
