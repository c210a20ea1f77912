import { expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";
import { forLeo } from "../../features/ehic/ehic-kit.ts";
import { tFor } from "../../platform/i18n.ts";
import { urls } from "../../web/urls.ts";
import { ageText } from "../queue/age.ts";
import { flat } from "../queue/queue-kit.ts";

test.each([
  [0, "moins d’une minute"],
  [59, "moins d’une minute"],
  [60, "1 minute"],
  [3_599, "59 minutes"],
  [3_600, "1 heure"],
  [172_799, "47 heures"],
  [172_800, "2 jours"],
])("an age of %i seconds is said by its largest unit: %s", (seconds, text) => {
  expect(ageText(tFor("fr"), seconds)).toBe(text);
});

test("the first page says what waits in each queue, and since when, to those who may decide it", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  await alice.signIn("alice");
  await alice.post("/ehic/requests", forLeo);
  await alice.post(urls.contact, { topic: "other", subject: "Un", message: "Un" });
  portal.advance({ hours: 3 });
  await alice.signIn("alice");
  await alice.post(urls.contact, { topic: "other", subject: "Deux", message: "Deux" });
  const cards = async (role: "adviser" | "dpo") => {
    const page = await (await portal.staffBrowser(role, role === "dpo" ? "127.0.0.2" : "127.0.0.3")).get(urls.staff);
    return [...page.document.querySelectorAll("tbody tr")].map((card) => flat(card.textContent));
  };
  const seen = await cards("adviser");
  const row = (name: string) => seen.find((text) => text.startsWith(name));
  expect(row("Cartes européennes")).toMatch(/\.1 ?3 heures$/);
  expect(row("Messages")).toMatch(/\.2 ?3 heures$/);
  expect(row("Changements")).toMatch(/\.0$/);
  expect((await cards("dpo")).filter((text) => /^(Cartes|Messages|Changements)/.test(text))).toEqual([]);
});

test("rights requests wait since the day they were received, and those past their month are said to be", async () => {
  const portal = await startPortal();
  const dpo = await portal.staffBrowser("dpo");
  const record = (receivedDay: string, receivedMonth: string) =>
    dpo.post(urls.staffRights, {
      ...{ number: "10000001", kind: "access", channel: "post", reference: `S${receivedDay}${receivedMonth}` },
      ...{ receivedDay, receivedMonth, receivedYear: "2026" },
    });
  const row = async () =>
    [...(await dpo.get(urls.staff)).document.querySelectorAll("tbody tr")]
      .map((one) => flat(one.textContent))
      .find((text) => text.startsWith("Droits"));
  await record("23", "10");
  expect(await row()).toMatch(/\.1 ?31 jours$/);
  await record("22", "10");
  await record("20", "11");
  expect(await row()).toMatch(/\.3 \(en retard : 1\) ?32 jours$/);
});

test("a queue of thousands is counted to a thousand, and its oldest is still known", async () => {
  const portal = await startPortal();
  portal.db.$client
    .prepare(
      `WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 1001)
       INSERT INTO cases (kind, opened_at, content_sealed) SELECT 'phishing', ? + i, x'00' FROM n`,
    )
    .run(Math.floor(portal.clock() / 1000) - 7_201);
  const page = await (await portal.staffBrowser("adviser")).get(urls.staff);
  const rows = [...page.document.querySelectorAll("tbody tr")].map((row) => flat(row.textContent));
  expect(rows.find((text) => text.startsWith("Dossiers"))).toMatch(/plus de 1000 ?2 heures$/);
});
