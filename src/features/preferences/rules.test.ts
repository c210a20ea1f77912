import { expect, test } from "vitest";
import { readWanted } from "./rules.ts";

test("one box alone is an act of this moment, whatever the page showed when it was sent", () => {
  // Ticked and unticked in a row: the second is sent by a page that does not know of the first.
  expect(readWanted({ covers: "offers", shown: undefined }).changes).toEqual({ offers: false });
  expect(readWanted({ covers: "offers", shown: ["newsletterSmeno"] }).changes).toEqual({ offers: false });
  expect(readWanted({ covers: "offers", offers: "on", shown: ["offers"] }).changes).toEqual({ offers: true });
});

test("a whole form asks for what differs from what it showed: sent once more, it gives nothing back", () => {
  const whole = { covers: ["newsletterSmeno", "offers"], shown: ["newsletterSmeno"] };
  expect(readWanted({ ...whole, newsletterSmeno: "on" }).changes).toEqual({});
  expect(readWanted({ ...whole, offers: "on" }).changes).toEqual({ newsletterSmeno: false, offers: true });
});
