import type { Config } from "./config.ts";
import type { Delivery } from "./mailer.ts";
import { folderTexter } from "./sms-folder.ts";

/** A text message: `id` is the same at every try, so that a gateway can tell a message tried again. `to` is E.164. */
export type OutgoingText = { id: string; to: string; text: string };

/** Where text messages go. `send` always settles, within bounded time, and never throws. */
export type Texter = {
  send(text: OutgoingText): Promise<Delivery>;
  /** For the operator, without a secret. */
  description: string;
};

const answerMs = 10_000;
/** Refusals that another try may overcome: too slow, too early, too many, and our own sign-in at the gateway. */
const worthAnotherTry = new Set([401, 403, 407, 408, 409, 421, 425, 429]);

/** The HTTP gateway of SMS_URL; without it, files in DATA_DIR/sms. */
export function createTexter({ smsUrl, dataDir }: Pick<Config, "smsUrl" | "dataDir">, timeoutMs = answerMs): Texter {
  return smsUrl === undefined ? folderTexter(dataDir) : gatewayTexter(smsUrl, timeoutMs);
}

/** A name and a password in the address of the gateway are sent as it signs in, and shown nowhere. */
function gatewayTexter(smsUrl: string, timeoutMs: number): Texter {
  const url = new URL(smsUrl);
  const credentials = url.username === "" ? undefined : [url.username, url.password].map(decodeURIComponent).join(":");
  url.username = url.password = "";
  const known = {
    "content-type": "application/json",
    ...(credentials !== undefined && { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
  };
  return {
    description: `the gateway ${url.host}`,
    async send({ to, text, id }) {
      // The same at every try: a gateway that took the message, and whose answer was lost, does not send it twice.
      const headers = { ...known, "idempotency-key": id };
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers,
          body: JSON.stringify({ to, text, id }),
          // A gateway that has moved is for the operator to look at: the message is not carried elsewhere.
          redirect: "manual",
          signal: AbortSignal.timeout(timeoutMs),
        });
        // What follows the status is not waited for: it may never end.
        answer.body?.cancel().catch(() => {});
        const outcome = outcomeOf(answer.status);
        const waitSeconds = outcome === "later" ? askedWait(answer.headers) : undefined;
        return { outcome, answer: String(answer.status), ...(waitSeconds !== undefined && { waitSeconds }) };
      } catch (error) {
        const { name, cause } = error as Error & { cause?: { code?: string } };
        return { outcome: "later", answer: name === "TimeoutError" ? "ETIMEDOUT" : (cause?.code ?? "ECONNECTION") };
      }
    },
  };
}

/** Only the status counts: what a gateway writes beside it may repeat the number and the message. */
function outcomeOf(status: number): Delivery["outcome"] {
  if (status >= 200 && status < 300) return "sent";
  return status >= 400 && status < 500 && !worthAnotherTry.has(status) ? "never" : "later";
}

/** The seconds of Retry-After; a date is measured from that of the answer, by the clock of the same machine. */
function askedWait(headers: Headers): number | undefined {
  const asked = headers.get("retry-after")?.trim() ?? "";
  if (/^\d{1,9}$/.test(asked)) return Number(asked);
  const wait = Math.ceil((Date.parse(asked) - Date.parse(headers.get("date") ?? "")) / 1000);
  return wait > 0 ? wait : undefined;
}
