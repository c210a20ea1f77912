import { createHash, randomBytes, randomInt } from "node:crypto";
import { randomPieces } from "./random.ts";

/** 256 random bits for a link or a cookie. Only their hash is ever stored. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

const idBytes = randomPieces(15);

/** A short random identifier (120 bits), for rows and requests. */
export function newId(): string {
  return idBytes().toString("base64url");
}

/** A random code for a person to type. */
export function newDigits(length: number): string {
  return Array.from({ length }, () => randomInt(10)).join("");
}
