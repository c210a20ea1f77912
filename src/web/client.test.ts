import { expect, test } from "vitest";
import { tFor } from "../platform/i18n.ts";
import { clientName, clientOf, networkOf } from "./client.ts";
import type { Ctx } from "./env.ts";

const labelOf = (agent: string) =>
  clientOf({ req: { header: () => agent }, var: { address: "192.0.2.17" } } as unknown as Ctx).label;

test.each([
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "firefox/linux"],
  ["Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "edge/windows"],
  ["Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "chrome/windows"],
  [
    "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 SamsungBrowser/20.0 Chrome/106.0 Safari/537.36",
    "samsung/android",
  ],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "safari/ios"],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) CriOS/140.0 Mobile Safari/604.1", "chrome/ios"],
  ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "safari/mac"],
  ["Lynx/2.9.2 libwww-FM/2.14", "text/other"],
  ["w3m/0.5.3", "text/other"],
  ["", "other/other"],
  ["<script>alert(1)</script>", "other/other"],
])("the browser %j is known as %s", (agent, label) => {
  expect(labelOf(agent)).toBe(label);
});

test("an address is kept without its last part", () => {
  expect(["192.0.2.17", "2001:db8:7:1:2:3:4:9", "2001:db8::9", "::1"].map(networkOf)).toEqual([
    "192.0.2.x",
    "2001:db8:7:x",
    "2001:db8::x",
    "::1:x",
  ]);
});

test("a label is said in words, an empty one too", () => {
  expect(clientName(tFor("fr"), "firefox/android")).toBe("Firefox sur Android");
  expect(clientName(tFor("en"), "")).toBe("Another browser on another system");
});
