import fc from "fast-check";
import { expect, test } from "vitest";
import { codeOf, readCode } from "./certificate-code.ts";

test("80 bits are sixteen letters by fours, each bit of them in one", () => {
  expect(codeOf(Buffer.alloc(10))).toBe("0000-0000-0000-0000");
  expect(codeOf(Buffer.alloc(10, 255))).toBe("ZZZZ-ZZZZ-ZZZZ-ZZZZ");
  const seen = new Set<string>();
  for (let bit = 0; bit < 80; bit++) {
    const bytes = Buffer.alloc(10);
    bytes[bit >> 3] = 128 >> (bit & 7);
    const code = codeOf(bytes).replaceAll("-", "");
    expect(code.replaceAll("0", "")).toMatch(/^[1248G]$/);
    expect(code[Math.floor(bit / 5)]).toBe("G8421"[bit % 5]);
    seen.add(code);
  }
  expect(seen.size).toBe(80);
});

test("a code is read as it was written, however it is typed", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 10, maxLength: 10 }), (bytes) => {
      const code = codeOf(Buffer.from(bytes));
      const typed = [code, code.toLowerCase(), code.replaceAll("-", ""), code.replaceAll("-", " – "), ` ${code}\u00a0`];
      const misread = code.replaceAll("0", "o").replaceAll("1", "l");
      for (const text of [...typed, misread, code.replaceAll("1", "I")]) expect(readCode(text)).toBe(code);
    }),
  );
});

test.each([
  "",
  "7K3F",
  "7K3F-9QX2-M4TV-0WB",
  "7K3F-9QX2-M4TV-0WBEE",
  "UUUU-UUUU-UUUU-UUUU",
  "7K3F/9QX2/M4TV/0WBE",
  "é".repeat(16),
])("%j is no code", (text) => {
  expect(readCode(text)).toBeUndefined();
});
