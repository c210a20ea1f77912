import { Buffer } from "node:buffer";
import { createHash, generateKeyPairSync, randomBytes, sign } from "node:crypto";

const sha256 = (data: string | Buffer) => createHash("sha256").update(data).digest();

/** CBOR (RFC 8949), as much of it as a passkey needs. */
function cbor(value: number | string | Buffer | Map<number | string, unknown>): Buffer {
  if (typeof value === "number") return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === "string") return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  const entries = [...value].flatMap(([name, item]) => [cbor(name), cbor(item as Parameters<typeof cbor>[0])]);
  return Buffer.concat([head(5, value.size), ...entries]);
}

function head(type: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(type << 5) | length]);
  if (length < 256) return Buffer.from([(type << 5) | 24, length]);
  return Buffer.from([(type << 5) | 25, length >> 8, length & 255]);
}

type Options = { challenge: string; rpId?: string; rp?: { id: string } };
type Wrong = { origin?: string; host?: string; flags?: number; challenge?: string };

/** An authenticator without a finger to show: makes one passkey and uses it, rightly or as `wrong` says. */
export function softAuthenticator(origin: string, { count = 0, id = randomBytes(32) } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { x, y } = publicKey.export({ format: "jwk" });
  let uses = count;

  const clientData = (type: string, { challenge }: Options, wrong: Wrong) =>
    Buffer.from(JSON.stringify({ type, challenge: wrong.challenge ?? challenge, origin: wrong.origin ?? origin }));
  const authenticatorData = (host: string, flags: number, ...more: Buffer[]) => {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(uses);
    return Buffer.concat([sha256(host), Buffer.from([flags]), counter, ...more]);
  };
  const answer = (response: Record<string, unknown>) => {
    const credentialId = id.toString("base64url");
    return JSON.stringify({
      id: credentialId,
      rawId: credentialId,
      type: "public-key",
      response: Object.fromEntries(
        Object.entries(response).map(([name, value]) => [
          name,
          Buffer.isBuffer(value) ? value.toString("base64url") : value,
        ]),
      ),
      clientExtensionResults: {},
    });
  };

  return {
    /** Says how often it was used. */
    setUses(value: number) {
      uses = value;
    },
    create(options: Options, wrong: Wrong = {}): string {
      const key = new Map<number, unknown>([
        [1, 2],
        [3, -7],
        [-1, 1],
        [-2, Buffer.from(x!, "base64url")],
        [-3, Buffer.from(y!, "base64url")],
      ]);
      const length = Buffer.from([id.length >> 8, id.length & 255]);
      const host = wrong.host ?? options.rp?.id ?? "";
      const authData = authenticatorData(host, wrong.flags ?? 0x41, Buffer.alloc(16), length, id, cbor(key));
      const attestationObject = cbor(
        new Map<string, unknown>([
          ["fmt", "none"],
          ["attStmt", new Map()],
          ["authData", authData],
        ]),
      );
      const clientDataJSON = clientData("webauthn.create", options, wrong);
      return answer({ clientDataJSON, attestationObject, transports: ["internal", "hybrid"] });
    },
    get(options: Options, wrong: Wrong = {}): string {
      const data = authenticatorData(wrong.host ?? options.rpId ?? "", wrong.flags ?? 0x01);
      const clientDataJSON = clientData("webauthn.get", options, wrong);
      const signature = sign("sha256", Buffer.concat([data, sha256(clientDataJSON)]), privateKey);
      return answer({ clientDataJSON, authenticatorData: data, signature });
    },
  };
}
