import { unzipSync } from "fflate";
import { expect, test } from "vitest";
import { zip } from "./zip.ts";

const now = Date.parse("2026-11-23T09:00:00+01:00");

test("an archive holds its files as they are: texts in UTF-8, bytes, and nothing", () => {
  const bytes = Uint8Array.from({ length: 3_000 }, (_, index) => index % 256);
  const archive = zip(
    [
      { name: "été.txt", content: "l’été ☀" },
      { name: "bytes", content: bytes },
      { name: "empty", content: "" },
    ],
    now,
  );
  const files = unzipSync(archive);
  expect(Object.keys(files)).toEqual(["été.txt", "bytes", "empty"]);
  expect(new TextDecoder().decode(files["été.txt"])).toBe("l’été ☀");
  expect(files.bytes).toEqual(bytes);
  expect(files.empty).toHaveLength(0);
});

test("the same files at the same moment are the same archive", () => {
  const make = () => zip([{ name: "a", content: "a" }], now);
  expect(make()).toEqual(make());
});
