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
    return [...page.document.querySelectorAll(".cards li")].map((card) => flat(card.textContent));
  };
  const seen = await cards("adviser");
  expect(seen.find((text) => text.startsWith("Cartes européennes"))).toMatch(
    /1 en attente\. La plus ancienne : 3 heures\.$/,
  );
  expect(seen.find((text) => text.startsWith("Messages"))).toMatch(/2 en attente\. La plus ancienne : 3 heures\.$/);
  expect(seen.find((text) => text.startsWith("Changements"))).toMatch(/0 en attente\.$/);
  expect((await cards("dpo")).filter((text) => /^(Cartes|Messages|Changements)/.test(text))).toEqual([]);
});
