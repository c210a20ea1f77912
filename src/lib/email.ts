const longest = 254;
const local = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/i;
const label = /^(?!-)[\p{L}\p{N}\p{M}-]{1,63}(?<!-)$/u;

/**
 * An e-mail address as a person types it, spaces around it taken away; undefined when a mail could not reach it. The
 * part before the @ is plain ASCII: letters that only look alike make no second address.
 */
export function parseEmail(text: string): string | undefined {
  const address = text.trim();
  const at = address.lastIndexOf("@");
  if (at < 1 || at > 64 || address.length > longest) return undefined;
  const labels = address.slice(at + 1).split(".");
  const isDomain = labels.length > 1 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1)!);
  return isDomain && local.test(address.slice(0, at)) ? address : undefined;
}

/**
 * True for two addresses that lead to the same mailbox as far as anybody can tell: neither capitals nor what follows a
 * `+` before the @ make a difference.
 */
export function isSameMailbox(one: string, other: string): boolean {
  return mailboxOf(one) === mailboxOf(other);
}

/** The name under which uses of a mailbox are counted. */
export function mailboxOf(address: string): string {
  return address
    .trim()
    .normalize("NFC")
    .toLowerCase()
    .replace(/\+[^@]*(?=@)/, "");
}
