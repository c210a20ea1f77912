import { expect, test } from "vitest";
import { type Portal, startPortal } from "../../test/kit/portal.ts";

const boundary = "--x";
const urlencoded = "application/x-www-form-urlencoded";
const multipart = "multipart/form-data; boundary=x";
const part = (name: string, value: string) =>
  `${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;

async function post({ app, config: { origin } }: Portal, type: string, body: string | Uint8Array<ArrayBuffer>) {
  const headers = { "content-type": type, origin };
  const request = new Request(`${origin}/login`, { method: "POST", headers, body });
  const incoming = { headers, socket: { remoteAddress: "127.0.0.1" } };
  const response = await app.fetch(request, { incoming } as never);
  return { status: response.status, text: await response.text() };
}

test.each([
  [urlencoded, "identifier=100%000001&password="],
  [urlencoded, "identifier=100\u00000001&password="],
  [multipart, `${part("identifier", "100\u00000001")}${part("password", "")}${boundary}--\r\n`],
])(
  "a NUL in a form of %s becomes the sign for what cannot be read: the fields answer, the rest is kept",
  async (type, body) => {
    const { status, text } = await post(await startPortal(), type, body);
    expect(status).toBe(422);
    expect(text).toContain('value="100\ufffd0001"');
    expect(text).toContain('href="#password"');
  },
);

test.each([
  [urlencoded, "identifier=%FF"],
  [urlencoded, "identifier=%F0%9F%00"],
  [urlencoded, "identifier=%zz"],
  [urlencoded, Uint8Array.from([0x61, 0x3d, 0xff])],
  [multipart, Uint8Array.from([0x2d, 0x2d, 0x78, 0xff])],
  ["application/json", "{}"],
])("what is no form in UTF-8 stays malformed: %s %j", async (type, body) => {
  expect((await post(await startPortal(), type, body)).status).toBe(400);
});
