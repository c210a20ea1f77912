import { BlockList, isIP } from "node:net";
import type { Ctx } from "./env.ts";
import { header } from "./header.ts";

/**
 * The address a request comes from. `X-Forwarded-For` counts only when the peer is a trusted proxy, read from the
 * right: the first address that is not one of ours.
 */
export function createAddressReader(trustedProxies: string[]): (c: Ctx) => string {
  const trusted = new BlockList();
  for (const entry of trustedProxies) {
    const [address = "", prefix] = entry.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (prefix === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, Number(prefix), family);
  }
  const isTrusted = (address: string) =>
    isIP(address) !== 0 && trusted.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
  return (c) => {
    const peer = plain(c.env?.incoming?.socket?.remoteAddress ?? "127.0.0.1");
    if (trustedProxies.length === 0 || !isTrusted(peer)) return peer;
    const hops = (header(c, "x-forwarded-for") ?? "")
      .split(",")
      .map((hop) => plain(hop.trim()))
      .filter((hop) => isIP(hop) !== 0);
    return hops.findLast((hop) => !isTrusted(hop)) ?? peer;
  };
}

/** IPv4 behind an IPv6 socket, as itself. */
function plain(address: string): string {
  return address.startsWith("::ffff:") ? address.slice(7) : address;
}
