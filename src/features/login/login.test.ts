import { expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";

test("Alice signs in with her member number and comes to her dashboard", async () => {
  const portal = await startPortal();
  const alice = portal.browser();
  const page = await alice.signIn("alice");
  expect(page.status).toBe(303);
  expect(page.location).toBe("/dashboard");
  const dashboard = await alice.follow(page);
  expect(dashboard.document.querySelector("h1")?.textContent).toBe("Bonjour Alice");
});
