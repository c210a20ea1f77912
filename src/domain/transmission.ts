/** What the feed says of the télétransmission of somebody; a null status when it is not for the reader to know. */
export type FedTransmission = { noemieStatus: string | null; noemieCode: string | null };

export type Remedy = "rights" | "identity" | "otherMutual" | "call" | "wait";

/** What helps against a télétransmission that does not work, by the code of the caisse's answer. */
const remedies = new Map<string | null, Remedy>([
  ["18", "rights"],
  ["20", "rights"],
  ["21", "rights"],
  ["38", "rights"],
  ["27", "identity"],
  ["30", "identity"],
  ["31", "identity"],
  ["40", "identity"],
  ["41", "identity"],
  ["53", "otherMutual"],
]);

/** The caisse has taken note that the link is over: the feed calls that active too. */
const stoppedCode = "34";

/** A state as the feed names it, `arretee` when the link was ended; and what to do unless it is active. */
export type Transmission = { status: string; remedy: Remedy | undefined };

/** What the state of a télétransmission means; undefined when it is not for the member to know. */
export function transmissionOf({ noemieStatus, noemieCode }: FedTransmission): Transmission | undefined {
  if (noemieStatus === null) return undefined;
  if (noemieStatus === "en_attente") return { status: noemieStatus, remedy: "wait" };
  if (noemieStatus !== "active") return { status: noemieStatus, remedy: remedies.get(noemieCode) ?? "call" };
  return noemieCode === stoppedCode
    ? { status: "arretee", remedy: "call" }
    : { status: noemieStatus, remedy: undefined };
}
