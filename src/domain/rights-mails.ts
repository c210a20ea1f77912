import { type Day, longDay } from "../lib/dates.ts";
import type { AccountHolder } from "./accounts.ts";
import { letterTo, type Sender } from "./letter.ts";
import type { MailBody } from "./mail-layout.ts";
import type { Choice } from "./preferences.ts";
import type { RightKind, RightOutcome } from "./rights-requests.ts";

type Reader = Pick<AccountHolder, "language" | "firstNames">;

/** The numbered receipt of a request about one's data: its right, the day it came and the day the answer is due. */
export function receiptOfRight(
  sender: Sender,
  reader: Reader,
  told: { requestId: number; kind: RightKind; receivedOn: Day; dueOn: Day; stopped: Choice[] },
): MailBody {
  const { t, words: usual, compose } = letterTo(sender, reader);
  const { language } = reader;
  const words = {
    ...usual,
    number: told.requestId,
    received: longDay(told.receivedOn, language),
    due: longDay(told.dueOn, language),
  };
  const lists = told.stopped.map((list) => t(`registration:choices.${list}`, usual));
  return compose({
    subject: t("staff-ops:rightsMail.receipt.subject", words),
    paragraphs: [
      t("staff-ops:rightsMail.hello", words),
      t("staff-ops:rightsMail.receipt.received", words),
      t("staff-ops:rightsMail.right", { right: t(`staff-ops:rights.kinds.${told.kind}`) }),
      ...(lists.length > 0 ? [[t("staff-ops:rightsMail.receipt.stopped"), ...lists].join("\n")] : []),
      t("staff-ops:rightsMail.receipt.due", words),
      t("staff-ops:rightsMail.question", words),
    ],
    stop: "request",
  });
}

/** What the mutual answers to a request about one's data. */
export function answerToRight(
  sender: Sender,
  reader: Reader,
  told: { requestId: number; kind: RightKind; receivedOn: Day; outcome: RightOutcome; result: string },
): MailBody {
  const { t, words: usual, compose } = letterTo(sender, reader);
  const words = { ...usual, number: told.requestId, received: longDay(told.receivedOn, reader.language) };
  return compose({
    subject: t("staff-ops:rightsMail.answer.subject", words),
    paragraphs: [
      t("staff-ops:rightsMail.hello", words),
      t(`staff-ops:rightsMail.answer.${told.outcome}`, words),
      t("staff-ops:rightsMail.right", { right: t(`staff-ops:rights.kinds.${told.kind}`) }),
      `${t("staff-ops:rightsMail.answer.result")}\n${told.result}`,
      t("staff-ops:rightsMail.question", words),
      ...(told.outcome === "refused" ? [t("staff-ops:rightsMail.answer.complain")] : []),
    ],
    stop: "request",
  });
}
