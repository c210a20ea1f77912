import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";
import { write } from "../platform/database.ts";
import { mails } from "../platform/schema.ts";
import { newToken } from "../platform/tokens.ts";
import { copyOfMail } from "./mail-copies.ts";
import { issueLink, takeLink } from "./one-time-links.ts";
import { queueMail } from "./outbox.ts";

/** Queues a mail of this text and opens it again. */
function copied(portal: Portal, kind: string, text: string) {
  const body = { subject: `Objet : ${text}`, text, html: `<p>${text}</p>` };
  write(portal.db, () => queueMail(portal, { kind, to: "alice@demo.example", language: "fr", body }));
  return () => copyOfMail(portal, portal.db.select().from(mails).all().at(-1)!);
}

test("a mail is read as it was queued, under the hash that the journal keeps when it is sent", async () => {
  const portal = await startPortal();
  const copy = copied(portal, "password.changed", "Bonjour, le 23 novembre 2026.")();
  expect(copy.content).toEqual({
    subject: "Objet : Bonjour, le 23 novembre 2026.",
    text: "Bonjour, le 23 novembre 2026.",
    html: "<p>Bonjour, le 23 novembre 2026.</p>",
    headers: {},
  });
  expect(copy.isMasked).toBe(false);
  expect(copy.sha256).toBe(createHash("sha256").update(JSON.stringify(copy.content)).digest("hex"));
});

test("a link that still works is not told, wherever it stands; once used it opens nothing, and is", async () => {
  const portal = await startPortal();
  const { token } = issueLink(portal, "guardian", "P0001", 3600);
  const text = `Répondez : https://x.example/guardian/${token}`;
  const copy = copied(portal, "guardian.asked", text);
  expect(JSON.stringify(copy().content)).not.toContain(token);
  expect(copy().content.text).toBe("Répondez : https://x.example/guardian/…");
  expect(copy().isMasked).toBe(true);
  const { sha256 } = copy();
  // A lapsed link brings a new one: it counts as one that works.
  portal.advance({ days: 2 });
  expect(copy().isMasked).toBe(true);
  portal.advance({ days: -2 });
  takeLink(portal, "guardian", token);
  expect([copy().content.text, copy().isMasked, copy().sha256]).toEqual([text, false, sha256]);
});

test("what only looks like a link of ours stays", async () => {
  const portal = await startPortal();
  const text = `https://x.example/${newToken()} et /${"a".repeat(44)}`;
  expect(copied(portal, "invitation", text)().content.text).toBe(text);
});

test("a code by mail is not told as long as it may serve: ten minutes", async () => {
  const portal = await startPortal();
  const copy = copied(portal, "sign-in.code", "Votre code : 1234 5678");
  expect([copy().content.text, copy().isMasked]).toEqual(["Votre code : •••• ••••", true]);
  portal.advance({ minutes: 10 });
  expect(copy().content.text).toBe("Votre code : •••• ••••");
  portal.advance({ seconds: 1 });
  expect([copy().content.text, copy().isMasked]).toEqual(["Votre code : 1234 5678", false]);
});
