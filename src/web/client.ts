import { isIPv6 } from "node:net";
import type { T } from "../platform/i18n.ts";
import type { Client } from "../platform/sessions.ts";
import type { Ctx } from "./env.ts";
import { header } from "./header.ts";

/** The order counts: most browsers call themselves by the names of several. */
const browsers = [
  ["edge", /\bEdg(?:e|A|iOS)?\//],
  ["opera", /\bOPR\//],
  ["samsung", /\bSamsungBrowser\//],
  ["firefox", /\b(?:Firefox|FxiOS)\//],
  ["chrome", /(?:Chrome|CriOS|Chromium)\//],
  ["safari", /\bSafari\//],
  ["text", /^(?:Lynx|w3m|Links|ELinks|edbrowse)/i],
] as const;

const systems = [
  ["android", /\bAndroid\b/],
  ["ios", /\b(?:iPhone|iPad|iPod)\b/],
  ["windows", /\bWindows\b/],
  ["mac", /\bMac OS X\b/],
  ["linux", /\bLinux\b|\bX11\b/],
] as const;

type BrowserName = (typeof browsers)[number][0];
type SystemName = (typeof systems)[number][0];

/**
 * Where a request comes from, as far as its owner must recognise it: kind of browser and system, and the network,
 * which is the address without its last part. Nobody else is asked.
 */
export function clientOf(c: Ctx): Client {
  const agent = header(c, "user-agent") ?? "";
  const browser = browsers.find(([, pattern]) => pattern.test(agent))?.[0] ?? "other";
  const system = systems.find(([, pattern]) => pattern.test(agent))?.[0] ?? "other";
  return { label: `${browser}/${system}`, network: networkOf(c.var.address) };
}

/** The label of a client in words: `firefox/android` → “Firefox on Android”. */
export function clientName(t: T, label: string): string {
  const [browser, system] = label.split("/");
  return t("devices:kind", {
    browser: t(`devices:browsers.${nameAmong<BrowserName>(browsers, browser)}`),
    system: t(`devices:systems.${nameAmong<SystemName>(systems, system)}`),
  });
}

function nameAmong<Name extends string>(list: readonly (readonly [Name, RegExp])[], name = ""): Name | "other" {
  return list.find(([known]) => known === name)?.[0] ?? "other";
}

/** `192.0.2.17` → `192.0.2.x`; the first three groups of an IPv6 address. */
export function networkOf(address: string): string {
  if (isIPv6(address)) return `${address.split(":").slice(0, 3).join(":")}:x`;
  return address.replace(/\.\d+$/, ".x");
}
