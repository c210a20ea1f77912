import { findAccountHolder } from "../../domain/accounts.ts";
import { queueMail } from "../../domain/outbox.ts";
import { isLive, ownBearersOf } from "../../domain/vitale-cards.ts";
import {
  type DeclarationContent,
  type DeclarationReason,
  type DeclaredCard,
  declarationsOn,
  findGone,
  keepDeclaration,
} from "../../domain/vitale-declarations.ts";
import { parisDay } from "../../lib/dates.ts";
import { fail, ok } from "../../lib/result.ts";
import { write } from "../../platform/database.ts";
import type { Deps } from "../../platform/deps.ts";
import type { Session } from "../../platform/sessions.ts";
import { declaredMail } from "./mails.ts";
import { cardRef } from "./queries.ts";

type DeclareDeps = Pick<Deps, "db" | "clock" | "seal" | "config">;

type Request = {
  session: Session;
  bearerId: string;
  /** The card, as `cardRef` names it. */
  ref: string;
  reason: DeclarationReason;
  content: DeclarationContent;
};

/**
 * Keeps a declaration on a card of the member's own situation, tells the back office, and mails the receipt. Sent
 * again, and were it twenty times at once, it is the same declaration.
 * @returns the declaration; `unknown` for a card that is not theirs to tell of, `over` for one that nobody uses any
 *   more, `told` for one that was told to be lost or stolen for another reason than this, `ended` when the account is
 *   gone.
 */
export function declareCard(deps: DeclareDeps, { session, bearerId, ref, reason, content }: Request) {
  const { memberId } = session;
  return write(deps.db, () => {
    // An import may have come between the page and this.
    const bearer = ownBearersOf(deps, memberId, parisDay(deps.clock())).find((one) => one.memberId === bearerId);
    const card = bearer?.cards.find((one) => cardRef(deps, bearerId, one) === ref);
    if (!card) return fail("unknown");
    const { cardNumber } = card;
    const declared: DeclaredCard = { declaredBy: memberId, bearerId, cardNumber, reason };
    if (!isLive(card)) {
      const same = declarationsOn(deps, [bearerId]).find(
        (one) => one.cardNumber === cardNumber && one.reason === reason && one.declaredBy === memberId,
      );
      return same ? ok(same) : fail("over");
    }
    const gone = findGone(deps, declared);
    if (gone && gone.reason !== reason) return fail("told");
    const holder = findAccountHolder(deps, memberId);
    if (!holder) return fail("ended");
    const { declaration, isNew } = keepDeclaration(deps, declared, content);
    if (isNew) {
      const { email, language } = holder;
      const body = declaredMail(deps.config, holder, declaration);
      queueMail(deps, { kind: "vitale.declared", memberId, to: email, language, body, urgent: true });
    }
    return ok(declaration);
  });
}
