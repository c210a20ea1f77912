import { expect, test } from "vitest";
import { staffLink } from "./parts.ts";
import { type Link, readOnly } from "./read-only.ts";

const keep = (html: string, linkOf: (href: string) => Link = (href) => ({ to: href })) => readOnly(html, linkOf);

test("what acts is taken out, with the frame that held nothing else", () => {
  const page = `<h1>Titre</h1><p>Texte</p><form action="/x" method="post"><p>a</p><button>b</button></form>
<details class="filters"><summary>Filtres</summary><form><input name="q"></form></details><script>x()</script><p><button>c</button></p>`;
  expect(keep(page).trim()).toBe("<p>Texte</p>");
});

test("what people wrote stays as it was escaped, signs of tags included", () => {
  const page = '<p title="a &lt;b&gt; &quot;c&quot;">1 &lt; 2 &amp; &quot;x&quot; &lt;/p&gt;&lt;form&gt;</p><br><hr/>';
  expect(keep(page)).toBe(page.replace("<hr/>", "<hr>"));
});

test("a link leads where it may, keeps its text, or goes; alone in its line, the line goes with it", () => {
  const link = (href: string) => keep(`<p>avant <a class="x" hx-get="/y" href="${href}">lien</a></p>`, () => "text");
  expect(link("/account")).toBe("<p>avant lien</p>");
  expect(keep('<ul><li><a href="/a">lien</a></li></ul>', () => "text")).toBe("");
  expect(keep('<p>avant <a href="/a">lien</a></p>', () => "nothing")).toBe("<p>avant </p>");
  expect(keep('<p><a hx-get="/y" href="/a?b&amp;c">lien</a></p>', () => ({ to: '/s?b&"' }))).toBe(
    '<p><a href="/s?b&amp;&quot;">lien</a></p>',
  );
});

test("what a script would hear is taken out of every tag", () => {
  expect(keep('<table hx-get="/x" onclick="y()" data-z="1" class="k"><tr><td>1</td></tr></table>')).toBe(
    '<table class="k"><tr><td>1</td></tr></table>',
  );
});

test("secret numbers are hidden in what is read and in what is read aloud, not in addresses", () => {
  const page = '<p title="1 99 05 59 350 123">1/99/05/59/350/123</p><a href="/1990559350123">12,50</a>';
  expect(keep(page)).toBe('<p title="1…">1…</p><a href="/1990559350123">12,50</a>');
});

test.each([
  ["/dossier#rights", { to: "/staff/members/P%201/dossier#rights" }],
  ["/dossier/changes", { to: "/staff/members/P%201/requests" }],
  ["/reimbursements?before=x", { to: "/staff/members/P%201/reimbursements?before=x" }],
  ["/reimbursements/A%2FB#L1", { to: "/staff/members/P%201/payments/A%2FB#L1" }],
  ["/messages/12", { to: "/staff/members/P%201/messages/12" }],
  ["/account/activity?before=9", { to: "/staff/members/P%201/activity?before=9" }],
  ["#card-1", { to: "#card-1" }],
  ["tel:0972676000", { to: "tel:0972676000" }],
  ["/reimbursements/export.csv?q=x", "text"],
  ["/dossier/bank", "text"],
  ["/account/password", "text"],
  ["/messages/12/receipt", "text"],
  ["/logout", "text"],
  ["https://evil.example/dossier", "text"],
  ["//evil.example/dossier", "text"],
  ["javascript:alert(1)", "text"],
  ["/contact?about=%2Fdossier%23rights", "nothing"],
])("a link of the member to %s", (href, expected) => {
  expect(staffLink("P 1", href)).toEqual(expected);
});
