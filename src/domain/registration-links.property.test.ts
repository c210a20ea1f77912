import fc from "fast-check";
import { expect, test } from "vitest";
import { startPortal } from "../../test/kit/portal.ts";
import { accountsOf, count, requestOf } from "../../test/kit/registration.ts";
import { write } from "../platform/database.ts";
import { receiveRegistration } from "./registration.ts";
import {
  cancelRegistration,
  confirmationSeconds,
  confirmRegistration,
  findRegistration,
  isLapsedLink,
  renewLink,
} from "./registration-links.ts";

type Link = { token: string; expiresAt: number };

/** What must be true of one person: a state, and at most one link that the base knows. */
type Model = { state: "none" | "unconfirmed" | "active"; link: Link | undefined; tokens: string[] };

const which = fc.nat({ max: 20 });
const step = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ act: "register" } as const) },
  { weight: 4, arbitrary: fc.record({ act: fc.constant("confirm" as const), which }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant("cancel" as const), which }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("renew" as const), which }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant("look" as const), which }) },
  {
    weight: 4,
    arbitrary: fc.record({
      act: fc.constant("wait" as const),
      // The hour after which a mailbox may be written to again, and both sides of the end of a link.
      seconds: fc.constantFrom(1, 3_600, 40_000, confirmationSeconds - 1, confirmationSeconds),
    }),
  },
);

test("however issue, use, reuse, renewal and expiry follow each other, a link opens once, in its time, and the newest alone", async () => {
  const portal = await startPortal();
  const now = () => Math.floor(portal.clock() / 1000);
  const newestToken = () => {
    const mail = portal.mailsTo("manon@demo.example").at(-1)!;
    return /\/activate\/([\w-]+)/.exec(mail.text)![1]!;
  };

  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 25 }), (steps) => {
      portal.db.$client.exec(
        "DELETE FROM one_time_links; DELETE FROM accounts WHERE member_id = 'P0018'; DELETE FROM throttles; DELETE FROM mails",
      );
      const model: Model = { state: "none", link: undefined, tokens: ["never-issued"] };
      const issued = () => {
        const token = newestToken();
        model.link = { token, expiresAt: now() + confirmationSeconds };
        model.tokens.push(token);
      };
      const living = (token: string) => model.link?.token === token && now() < model.link.expiresAt;
      const lapsed = (token: string) => model.link?.token === token && now() >= model.link.expiresAt;

      for (const taken of steps) {
        // No limit of mails in this story: it has tests of its own.
        portal.db.$client.exec("DELETE FROM throttles");
        if (taken.act === "wait") {
          portal.advance({ seconds: taken.seconds });
          continue;
        }
        if (taken.act === "register") {
          write(portal.db, () => receiveRegistration(portal, requestOf(portal)));
          if (model.state !== "active") {
            model.state = "unconfirmed";
            issued();
          }
          continue;
        }
        const token = model.tokens[taken.which % model.tokens.length]!;
        if (taken.act === "look") {
          const before = count(portal, "one_time_links");
          expect(findRegistration(portal, token) !== undefined).toBe(living(token));
          expect(isLapsedLink(portal, token)).toBe(lapsed(token));
          expect(count(portal, "one_time_links")).toBe(before);
        } else if (taken.act === "confirm") {
          const good = living(token);
          expect(confirmRegistration(portal, token).ok).toBe(good);
          if (good) Object.assign(model, { state: "active", link: undefined });
        } else if (taken.act === "cancel") {
          const good = living(token);
          expect(cancelRegistration(portal, token)).toBe(good);
          if (good) Object.assign(model, { state: "none", link: undefined });
        } else {
          const good = lapsed(token);
          const mails = count(portal, "mails");
          write(portal.db, () => renewLink(portal, token));
          expect(count(portal, "mails")).toBe(mails + (good ? 1 : 0));
          if (good) issued();
        }
        const [account] = accountsOf(portal, "P0018");
        expect(account?.status ?? "none").toBe(model.state);
        expect(count(portal, "one_time_links WHERE member_id = 'P0018'")).toBe(model.link ? 1 : 0);
      }
    }),
    { numRuns: 150 },
  );
});
