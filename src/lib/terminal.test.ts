import { expect, test } from "vitest";
import { printable } from "./terminal.ts";

test.each([
  ["clear the screen\u001b[2J", "clear the screen\ufffd[2J"],
  ["\u009b31mred", "\ufffd31mred"],
  ["beep\u0007\0", "beep\ufffd\ufffd"],
  ["un\r\ndeux\rtrois\u2028quatre", "un\ndeux\ntrois\nquatre"],
  ["envers\u202egpj.exe", "envers\ufffdgpj.exe"],
  ["Élève n° 1 – 😀", "Élève n° 1 – 😀"],
])("%j is printed as %j", (text, printed) => {
  expect(printable(text)).toBe(printed);
});
