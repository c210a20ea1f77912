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
  const headers = {
    "content-type": "application/json",
    ...(credentials !== undefined && { authorization: `Basic ${Buffer.from(credentials).toString("base64")}` }),
  };
  return {
    description: `the gateway ${url.host}`,
    async send({ to, text, id }) {
      try {
        const answer = await fetch(url, {
          method: "POST",
          headers,
          body: JSON.stringify({ to, text, id }),
          // A gateway that has moved is for the operator to look at: the message is not carried elsewhere.
          redirect: "manual",
          signal: AbortSignal.timeout(timeoutMs),
        });
        await answer.body?.cancel();
        return { outcome: outcomeOf(answer.status), answer: String(answer.status) };
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
