import { expect, test } from "vitest";
import { randomPieces } from "./random.ts";

test("no piece comes twice, and none is left empty, over several fillings", () => {
  const next = randomPieces(12);
  const pieces = Array.from({ length: 1_000 }, () => next().toString("hex"));
  expect(new Set(pieces).size).toBe(1_000);
  expect(pieces.filter((piece) => piece.length !== 24 || /^0+$/.test(piece))).toEqual([]);
});
