import { expect, test } from "vitest";
import { isStop } from "./text-stop.ts";

test.each([
  "STOP",
  "stop",
  "Stop 36111",
  "ARRET",
  "Arrêt",
  "arre\u0302t",
  " STOP.",
  "« Stop » svp",
  "STOP\nAlice",
  "ＳＴＯＰ",
])("%s asks for no more", (text) => {
  expect(isStop(text)).toBe(true);
});

test.each(["", "Merci", "non stop", "stopper", "STOP1", "arrêter", "S T O P", "arr"])("%s does not", (text) => {
  expect(isStop(text)).toBe(false);
});
