import { Window } from "happy-dom";
import { encode } from "uqr";
import { expect, test } from "vitest";
import { QrCode } from "./qr.tsx";

const address =
  "otpauth://totp/Espace%20Personnel%20SMENO:alice@demo.example?issuer=Espace&secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

/** The modules that a path of rectangles covers. */
function modulesOf(path: string, size: number): boolean[][] {
  const modules = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1h-\d+z/g))
    for (let offset = 0; offset < Number(width); offset++) modules[Number(y)]![Number(x) + offset] = true;
  return modules;
}

test("the picture has each dark module of the code in its place, and a white border of four", () => {
  const { document } = new Window();
  document.write(String(QrCode({ text: address, label: "Code" })));
  const [white, dark] = [...document.querySelectorAll("path")];
  const { data, size } = encode(address, { ecc: "L", border: 4 });
  expect(document.querySelector("svg")?.getAttribute("viewBox")).toBe(`0 0 ${size} ${size}`);
  expect(white?.getAttribute("d")).toBe(`M0 0h${size}v${size}h-${size}z`);
  const modules = modulesOf(dark!.getAttribute("d")!, size);
  expect(modules).toEqual(data);
  expect(modules.slice(0, 4).flat()).not.toContain(true);
  expect(modules[4]!.slice(0, 11)).toEqual([...Array(4).fill(false), ...Array(7).fill(true)]);
});

test("it is an image with a name, without any style or address that the security policy would refuse", () => {
  const markup = String(QrCode({ text: address, label: "Code <à> lire" }));
  expect(markup).toMatch(/^<svg [^>]*role="img" aria-label="Code &lt;à&gt; lire"/);
  expect(markup).not.toMatch(/style|href|src=|data:|xmlns/);
});
