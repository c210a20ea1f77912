import { describe, expect, test } from "vitest";
import type { Page } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { record, verifyEvidence } from "../../domain/evidence.ts";
import { lastCheck, startCheck } from "../../domain/evidence-checking.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";

const main = ({ document }: Page) => document.querySelector("main")!.textContent.replace(/\s+/g, " ");
const rowsOf = ({ document }: Page) => [...document.querySelectorAll("tbody tr")].map(({ textContent }) => textContent);
const readings = ({ db }: Portal) =>
  db.$client
    .prepare(
      "SELECT kind, details ->> 'staff' FROM evidence WHERE member_id = 'P0001' AND actor = 'staff' AND details ->> 'what' = 'journal'",
    )
    .raw()
    .all();

/** The end of the verification that was asked for. */
async function checked(portal: Portal): Promise<void> {
  for (let turn = 0; turn < 2_000 && lastCheck(portal)?.state === "running"; turn++) await new Promise(setImmediate);
}

function addFacts(portal: Portal, count: number): void {
  write(portal.db, () => {
    for (let index = 0; index < count; index++)
      record(portal, { kind: "session.started", memberId: "P0002", actor: "member", details: { index } });
  });
}

describe("search", () => {
  test("a person's journal: in words and raw, written down, seen by the person, no number in an address", async () => {
    const portal = await startPortal();
    const alice = portal.browser("127.0.0.2");
    await alice.signIn("alice");
    const dpo = await portal.staffBrowser("dpo");
    const page = await dpo.post(urls.staffEvidence, { number: "1000 0001", kind: "session.started" });
    expect(page.status).toBe(200);
    expect(main(page)).toContain("Le journal de");
    expect(rowsOf(page)).toHaveLength(1);
    expect(rowsOf(page)[0]).toContain("Connexion");
    expect(page.document.querySelector("tbody details code")?.textContent).toContain('"by":"password"');
    expect(readings(portal)).toEqual([["file.read", "dpo@demo.example"]]);
    expect(main(await alice.get(urls.accountActivity))).toContain("journal de votre compte");
  });

  test("everybody's rows by kind and period, the latest first, page by page", async () => {
    const portal = await startPortal();
    addFacts(portal, 120);
    portal.advance({ days: 1 });
    record(portal, { kind: "session.started", memberId: "P0001", actor: "member" });
    const dpo = await portal.staffBrowser("dpo");
    const period = { toDay: "23", toMonth: "11", toYear: "2026" };
    const asked = await dpo.post(urls.staffEvidence, { number: "", kind: "session.started", ...period });
    expect(asked.location).toBe(`${urls.staffEvidence}?kind=session.started&to=2026-11-23`);
    const seen: string[] = [];
    for (let address: string | null | undefined = asked.location; address; ) {
      const page = await dpo.get(address);
      seen.push(...[...page.document.querySelectorAll("tbody th")].map(({ textContent }) => textContent));
      address = [...page.document.querySelectorAll("main a")]
        .find(({ textContent }) => textContent === "Plus ancien")
        ?.getAttribute("href");
    }
    expect(seen).toHaveLength(120);
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => Number(other) - Number(one)));
    expect(main(await dpo.get(`${urls.staffEvidence}?kind=rights.settled`))).toContain("Aucun fait ne correspond.");
  });

  test("a person's rows go on by a form, once written down", async () => {
    const portal = await startPortal();
    addFacts(portal, 70);
    const dpo = await portal.staffBrowser("dpo");
    const first = await dpo.post(urls.staffEvidence, { number: "10000002", kind: "session.started" });
    const fields = [...first.document.querySelectorAll('form input[type="hidden"]')].map((input): [string, string] => [
      input.getAttribute("name")!,
      input.getAttribute("value")!,
    ]);
    const second = await dpo.post(urls.staffEvidence, fields);
    expect([rowsOf(first).length, rowsOf(second).length]).toEqual([50, 20]);
    const count = portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE kind = 'file.read'").pluck().get();
    expect(count).toBe(1);
  });

  test.each([
    ["a number of nobody", { number: "99999999" }, "number"],
    ["a day that does not exist", { fromDay: "31", fromMonth: "2", fromYear: "2026" }, "fromDay"],
    ["half a day", { toDay: "1" }, "toMonth"],
    [
      "a period that ends before it begins",
      { fromDay: "2", fromMonth: "1", fromYear: "2026", toDay: "1", toMonth: "1", toYear: "2026" },
      "toDay",
    ],
  ])("%s: told, nothing searched", async (_what, fields, field) => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const page = await dpo.post(urls.staffEvidence, { number: "", ...fields } as Record<string, string>);
    expect([page.status, page.document.querySelector(`.errors a[href="#${field}"]`) !== null]).toEqual([422, true]);
  });

  test("odd values are malformed, never a fault of ours", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    for (const query of ["?kind=%27;DROP", "?before=1", "?from=2026-02-31", "?to=x", "?before=1.x"])
      expect([query, (await dpo.get(urls.staffEvidence + query)).status]).toEqual([query, 400]);
    for (const fields of [{ kind: "a b" }, { number: "x".repeat(10_000) }, { number: "😀' OR 1" }, {}] as Record<
      string,
      string
    >[])
      expect((await dpo.post(urls.staffEvidence, { number: "", ...fields })).status).toBeLessThan(500);
  });

  test("each search reads by an index", async () => {
    const portal = await startPortal();
    const plan = (where: string, order: string) =>
      (
        portal.db.$client
          .prepare(
            `EXPLAIN QUERY PLAN SELECT e.details FROM evidence e LEFT JOIN members m ON m.member_id = e.member_id WHERE ${where} ORDER BY ${order} LIMIT 9`,
          )
          .all() as { detail: string }[]
      )
        .map(({ detail }) => detail)
        .join("; ");
    const latest = "e.at DESC, e.sequence DESC";
    for (const [where, order, index] of [
      ["e.member_id = 'P' AND +e.kind = 'x' AND +e.at >= 1", "e.sequence DESC", "evidence_by_member"],
      ["e.kind = 'x' AND e.at >= 1 AND (e.at, e.sequence) < (1, 1)", latest, "evidence_by_kind"],
      ["e.at >= 1", latest, "evidence_by_time"],
    ] as const) {
      expect([index, plan(where, order)]).toEqual([index, expect.stringContaining(index)]);
      expect([index, plan(where, order)]).toEqual([index, expect.not.stringContaining("TEMP B-TREE")]);
    }
  });
});

test("4.8 everybody's rows bear numbers and no name: a name comes with a search, which its owner sees", async () => {
  const portal = await startPortal();
  await portal.browser("127.0.0.2").signIn("alice");
  const dpo = await portal.staffBrowser("dpo");
  const all = await dpo.get(urls.staffEvidence);
  expect([all.text.includes("10000001"), /LEFÈVRE|Alice/.test(all.text), readings(portal)]).toEqual([true, false, []]);
  const one = await dpo.post(urls.staffEvidence, { number: "10000001", kind: "" });
  expect([/LEFÈVRE/.test(main(one)), readings(portal).length]).toEqual([true, 1]);
});

test("the days of a search may be left out, and are not read aloud as required", async () => {
  const portal = await startPortal();
  const dpo = await portal.staffBrowser("dpo");
  const { document } = await dpo.get(urls.staffEvidence);
  for (const name of ["fromDay", "toYear"]) {
    const box = document.querySelector(`#${name}`);
    expect([name, box !== null, box?.hasAttribute("aria-required")]).toEqual([name, true, false]);
  }
});

describe("verification", () => {
  test("goes on after the answer, and the page says the result and the end to note", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const asked = await dpo.post(urls.staffEvidenceVerify, { noted: "" });
    expect([asked.status, asked.location]).toEqual([303, urls.staffEvidenceVerify]);
    await checked(portal);
    const page = await dpo.get(urls.staffEvidenceVerify);
    const { head, rows } = verifyEvidence(portal);
    expect(main(page).replaceAll("\u00a0", " ")).toContain(`Le journal est entier : ${rows} lignes`);
    const end = page.document.querySelector("main code")!.textContent;
    expect(end).toBe(`${head!.sequence}:${head!.hash.slice(0, 16)}`);
    await dpo.post(urls.staffEvidenceVerify, { noted: end });
    await checked(portal);
    expect(main(await dpo.get(urls.staffEvidenceVerify))).toContain("La fin notée s’y trouve toujours.");
  });

  test("an altered row, and an end that is not the one noted, are found", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    await dpo.post(urls.staffEvidenceVerify, { noted: `3:${"0".repeat(16)}` });
    await checked(portal);
    expect(main(await dpo.get(urls.staffEvidenceVerify))).toContain("rompu à la ligne 3");
    portal.db.$client.exec("DROP TRIGGER evidence_keeps_its_rows; UPDATE evidence SET at = at + 1 WHERE sequence = 2");
    await dpo.post(urls.staffEvidenceVerify, { noted: "" });
    await checked(portal);
    expect(main(await dpo.get(urls.staffEvidenceVerify))).toContain("rompu à la ligne 2");
  });

  test("says how far it is, runs once at a time, and serves the others meanwhile", async () => {
    const portal = await startPortal();
    addFacts(portal, 20_000);
    const done = startCheck(portal, undefined)!;
    expect(startCheck(portal, undefined)).toBeUndefined();
    const dpo = await portal.staffBrowser("dpo");
    let told = false;
    while (lastCheck(portal)?.state === "running") {
      if (!told) told = main(await dpo.get(urls.staffEvidenceVerify)).includes("Vérification en cours");
      await new Promise((resolve) => setImmediate(resolve));
    }
    await done;
    expect([told, lastCheck(portal)]).toMatchObject([true, { state: "done", found: { brokenAt: undefined } }]);
  });

  test("a noted end that is none is told beside its field", async () => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    for (const noted of ["12", "x:y", "0:0123456789abcdef", "12:0123"]) {
      const page = await dpo.post(urls.staffEvidenceVerify, { noted });
      expect([noted, page.status, page.document.querySelector("#noted")?.getAttribute("value")]).toEqual([
        noted,
        422,
        noted,
      ]);
    }
    expect(lastCheck(portal)).toBeUndefined();
  });
});

describe("export", () => {
  test.each(["pdf", "json"] as const)("as %s, the reading written down first", async (format) => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const file = await dpo.post(urls.staffEvidenceExport, { exportNumber: "10000001", format });
    expect([file.status, file.headers.get("content-disposition")]).toEqual([
      200,
      `attachment; filename="record.${format}"`,
    ]);
    if (format === "pdf") expect(file.text.startsWith("%PDF-")).toBe(true);
    else {
      const { person, verification, facts } = JSON.parse(file.text);
      expect([person.memberNumber, verification.brokenAt]).toEqual(["10000001", undefined]);
      expect(facts.at(-1)).toMatchObject({ kind: "evidence.exported", details: { staff: "dpo@demo.example" } });
    }
    expect(readings(portal)).toEqual([["evidence.exported", "dpo@demo.example"]]);
  });

  test.each([
    ["a number of nobody", { exportNumber: "99", format: "pdf" }, "exportNumber"],
    ["no format", { exportNumber: "10000001" }, "format"],
  ])("%s: told, nothing read", async (_what, fields, field) => {
    const portal = await startPortal();
    const dpo = await portal.staffBrowser("dpo");
    const page = await dpo.post(urls.staffEvidenceExport, fields as Record<string, string>);
    expect([page.status, page.document.querySelector(`.errors a[href="#${field}"]`) !== null]).toEqual([422, true]);
    expect(readings(portal)).toEqual([]);
  });
});
