import { get } from "node:http";
import { afterAll, beforeAll, expect, test } from "vitest";
import { demoFolder, killServers, removeFolders, type Server, startServer } from "../kit/server.ts";
import { demoPassword, visitor } from "./visitor.ts";

let server: Server;
beforeAll(async () => {
  server = await startServer({ dataDir: await demoFolder() });
});
afterAll(() => {
  killServers();
  removeFolders();
});

/** What a path weighs on the wire, body and headers, and the text of it. */
function weigh(path: string, cookie = ""): Promise<{ bytes: number; encoding: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = get(
      new URL(path, server.url),
      { headers: { "accept-encoding": "gzip, br", cookie } },
      (response) => {
        let bytes = response.rawHeaders.join(": ").length;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.length;
        });
        response.on("end", () => resolve({ bytes, encoding: response.headers["content-encoding"] }));
      },
    );
    request.on("error", reject);
  });
}

async function filesOf(path: string, kind: "script" | "stylesheet"): Promise<string[]> {
  const { document } = await visitor(server).get(path);
  const [selector, attribute] =
    kind === "script" ? (["script[src]", "src"] as const) : (["link[rel=stylesheet]", "href"] as const);
  return [...document.querySelectorAll(selector)].map((element) => element.getAttribute(attribute)!);
}

const sum = (answers: { bytes: number }[]) => answers.reduce((total, { bytes }) => total + bytes, 0);

test("the first visit to the sign-in page is 14 KB of HTML and CSS at most, headers included", async () => {
  const answers = await Promise.all(["/login", ...(await filesOf("/login", "stylesheet"))].map((path) => weigh(path)));
  expect(answers.map(({ encoding }) => encoding)).toEqual(["br", "br"]);
  expect(sum(answers)).toBeLessThan(14_000);
});

test("a full page of reimbursements is 8 KB at most after that", async () => {
  const browser = visitor(server);
  await browser.signIn("10000001", demoPassword);
  const list = await browser.get("/reimbursements");
  expect(list.document.querySelectorAll("tbody tr").length).toBe(25);
  const answer = await weigh("/reimbursements", `session=${browser.cookies.get("session")}`);
  expect(answer.encoding).toBe("br");
  expect(answer.bytes).toBeLessThan(8_000);
});

test("all scripts together are 16 KB at most", async () => {
  const scripts = await filesOf("/login", "script");
  expect(scripts.length).toBeGreaterThan(0);
  expect(sum(await Promise.all(scripts.map((path) => weigh(path))))).toBeLessThan(16_000);
});

test("the files of the page are kept for a year by the browser", async () => {
  for (const path of [...(await filesOf("/login", "stylesheet")), ...(await filesOf("/login", "script"))]) {
    const { headers } = await visitor(server).get(path);
    expect(headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  }
});
