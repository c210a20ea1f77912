import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
} from "node:crypto";
import { randomPieces } from "./random.ts";

/**
 * Sealed columns: AES-256-GCM under the first secret key, opened by whichever key sealed them. A sealed value is
 * `key id (8) · nonce (12) · tag (16) · ciphertext`, bound to the place it stands in, so that a value copied to
 * another column does not open.
 */
export type Seal = {
  seal(place: string, text: string): Buffer;
  /** @throws when the value was altered, moved, or sealed by a key that is no longer given. */
  open(place: string, sealed: Buffer): string;
  /** Keyed hash under which a sealed value is found again; the same text in two places has two hashes. */
  hash(place: string, text: string): Buffer;
  /** True when the value was not sealed by the first key. */
  isStale(sealed: Buffer): boolean;
};

/** `cipher` as a key object: bytes would be made into one at each use, which costs more than to seal. */
type Keys = { id: Buffer; cipher: KeyObject; hash: Buffer };

/** The public name of a key: what a sealed value carries to be opened after a rotation. */
export function keyId(key: KeyObject): string {
  return createHash("sha256").update("key id").update(key.export()).digest("hex").slice(0, 16);
}

/**
 * @param keys the secret keys; the first seals.
 * @param hashKey the key of the lookup hashes when it is not the first one: hashes cannot be "opened", so they keep
 *   the key they were made with until `key rotate` makes them anew.
 */
export function createSeal(keys: KeyObject[], hashKey: KeyObject = keys[0]!): Seal {
  const derived = keys.map(derive);
  const first = derived[0]!;
  const lookup = derive(hashKey).hash;
  return {
    seal(place, text) {
      const nonce = newNonce();
      const cipher = createCipheriv("aes-256-gcm", first.cipher, nonce).setAAD(Buffer.from(place));
      const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
      return Buffer.concat([first.id, nonce, cipher.getAuthTag(), body]);
    },
    open(place, sealed) {
      const keys = derived.find(({ id }) => id.equals(sealed.subarray(0, 8)));
      if (!keys) throw new Error(`${place} was sealed with a key that SECRET_KEY no longer holds`);
      // Without its length said, a tag cut to 4 bytes would be taken for a whole one.
      const decipher = createDecipheriv("aes-256-gcm", keys.cipher, sealed.subarray(8, 20), { authTagLength: 16 });
      decipher.setAAD(Buffer.from(place));
      decipher.setAuthTag(sealed.subarray(20, 36));
      return decipher.update(sealed.subarray(36), undefined, "utf8") + decipher.final("utf8");
    },
    hash: (place, text) => createHmac("sha256", lookup).update(place).update("\0").update(text).digest(),
    isStale: (sealed) => !first.id.equals(sealed.subarray(0, 8)),
  };
}

const newNonce = randomPieces(12);

function derive(key: KeyObject): Keys {
  const secret = key.export();
  return {
    id: Buffer.from(keyId(key), "hex"),
    cipher: createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", "espace column", 32))),
    hash: Buffer.from(hkdfSync("sha256", secret, "", "espace lookup", 32)),
  };
}
