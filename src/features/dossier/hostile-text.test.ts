import { expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { signInAs } from "../../../test/kit/member.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";

const probes = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)>",
  '" autofocus onfocus="alert(1)',
  "</dd></section><h1>x</h1>",
  "<!-- --><b>x</b>",
  "javascript:alert(1)",
  "&lt;b&gt;x&lt;/b&gt; &#60;u&#62;",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of others is what is tried here
  "{{constructor.constructor('alert(1)')()}} ${8191*8191} $t(login:title)",
  "{{organisation}} {{source}}",
  "\u241fmain\u241f \u2028 \u202eevil \ufeff",
  "__proto__",
  "constructor",
  "x".repeat(300),
  "علي 🎓 Ĳssel",
] as const;

/** What a browser makes of a page: every element with the names of its attributes, in order. */
function skeleton({ document, status }: Page): string {
  const elements = [...document.querySelectorAll("*")].map(
    (element) => `${element.tagName} ${[...element.attributes].map(({ name }) => name).join(" ")}`,
  );
  return [status, ...elements].join("\n");
}

const columns = {
  members:
    "title birth_name usual_name first_names email phone address_1 address_2 address_3 address_4 address_5 address_6 country",
  amo_rights: "scheme fund centre fund_name exemption_code",
  contracts: "product_code product_name periodicity",
  beneficiaries: "noemie_status noemie_code",
  guarantees: "label allowance_period",
  instalments: "mode reject_reason",
  bank_accounts: "holder mandate bic",
  vitale_cards: "status reason card_number",
};

/** Puts a text in every free column that the feed fills. */
function plant({ db }: Portal, text: string): void {
  db.$client.pragma("foreign_keys = OFF");
  db.$client.exec(
    "UPDATE guarantees SET allowance_cents = 100; DELETE FROM vitale_cards AS old WHERE EXISTS (SELECT 1 FROM vitale_cards v WHERE v.member_id = old.member_id AND v.card_number > old.card_number)",
  );
  for (const [table, names] of Object.entries(columns)) {
    const set = names.split(" ").map((name) => `${name} = @text`);
    db.$client.prepare(`UPDATE ${table} SET ${set.join(", ")}`).run({ text });
  }
}

test.each(probes)(
  "the text %j adds neither element nor attribute to the pages, and is shown as written",
  async (probe) => {
    const portal = await startPortal();
    const [alice, quentin] = [await signInAs(portal, "P0001"), await signInAs(portal, "P0030")];
    const look = async () => {
      const pages = [];
      for (const lang of ["fr", "en"])
        for (const browser of [alice, quentin])
          for (const path of ["/dossier", "/vitale"]) pages.push(await browser.get(`${path}?lang=${lang}`));
      return pages;
    };
    plant(portal, "neutre");
    const calm = (await look()).map(skeleton);
    plant(portal, probe);
    const pages = await look();
    expect(pages.map(skeleton)).toEqual(calm);
    for (const page of pages) {
      expect(page.status).toBe(200);
      expect(page.text).not.toMatch(/67092481|\[native code\]|\[object/);
    }
    const shown = (page: Page | undefined, id: string) => page?.document.querySelector(`section#${id}`)?.textContent;
    for (const id of ["identity", "rights", "contract", "guarantees", "instalments", "transmission", "bank", "address"])
      expect([id, shown(pages[0], id)?.includes(probe.trim())]).toEqual([id, true]);
    expect(shown(pages[1], "card-1")).toContain(probe);
  },
);
