import { writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makePageBase, openVisitors } from "./page-base.ts";
import { load, median, productServer, residentMegabytes, type Server, startServer, stopServer } from "./process.ts";
import { bytesOnTheWire } from "./wire.ts";

const [productPort, limitPort] = [8191, 8192];
const connections = 4;
const secondsASample = 3;
const warmUpSeconds = 15;

export type PageFigures = {
  ratio: number;
  requestsASecond: number;
  limitRequestsASecond: number;
  p50: number;
  p50Small: number;
  bytes: number;
  limitBytes: number;
  idleMegabytes: number;
  loadedMegabytes: number;
  startMs: number;
  loginWireBytes: number;
  pageWireBytes: number;
};

/**
 * The page of reimbursements of signed-in members, beside the limit: alternating pairs of samples, each of the product
 * next to one of the limit, and the median of their ratios. Unpaired rounds differ by a quarter from one to the next.
 */
export async function benchPage(
  folder: string,
  lines: number,
  smallLines: number,
  pairs: number,
): Promise<PageFigures> {
  const dataDir = makePageBase(folder, lines);
  const cookies = openVisitors(dataDir, lines);
  const product = await startProduct(dataDir);
  await sleep(1_500);
  const idleMegabytes = residentMegabytes(product);
  const limit = await startLimit(product, dataDir, cookies[0]!);
  const page = `${product.url}/reimbursements`;
  const limitPage = `${limit.url}/reimbursements`;
  // Both are compiled and cached to the full before the first sample.
  for (const url of [page, limitPage]) load(url, cookies, connections, warmUpSeconds);
  const samples = [];
  for (let pair = 0; pair < pairs; pair++) {
    // The order turns round at each pair: what drifts weighs on both sides.
    const both = pair % 2 === 0 ? [page, limitPage] : [limitPage, page];
    const [first, second] = both.map((url) => load(url, cookies, connections, secondsASample));
    samples.push(pair % 2 === 0 ? { own: first!, bare: second! } : { own: second!, bare: first! });
  }
  const loadedMegabytes = residentMegabytes(product);
  const loginWireBytes = await bytesOnTheWire(`${product.url}/login`);
  const pageWireBytes = await bytesOnTheWire(page, cookies[0]);
  const small = makePageBase(folder, smallLines);
  const smallCookies = openVisitors(small, smallLines);
  const { startMs } = product;
  const smallProduct = await startServer(
    productServer,
    productPort + 2,
    "/healthz",
    productEnv(small, productPort + 2),
    join(folder, "small.log"),
  );
  const p50s = { large: [] as number[], small: [] as number[] };
  load(`${smallProduct.url}/reimbursements`, smallCookies, 1, 1);
  for (let turn = 0; turn < 5; turn++) {
    p50s.large.push(load(page, cookies, 1, 1.5).p50);
    p50s.small.push(load(`${smallProduct.url}/reimbursements`, smallCookies, 1, 1.5).p50);
  }
  await Promise.all([stopServer(product), stopServer(limit), stopServer(smallProduct)]);
  return {
    ratio: median(samples.map(({ own, bare }) => own.requestsASecond / bare.requestsASecond)),
    requestsASecond: median(samples.map(({ own }) => own.requestsASecond)),
    limitRequestsASecond: median(samples.map(({ bare }) => bare.requestsASecond)),
    p50: median(p50s.large),
    p50Small: median(p50s.small),
    bytes: samples[0]!.own.bytes,
    limitBytes: samples[0]!.bare.bytes,
    idleMegabytes,
    loadedMegabytes,
    startMs,
    loginWireBytes,
    pageWireBytes,
  };
}

const productEnv = (dataDir: string, port: number) => ({
  DATA_DIR: dataDir,
  PORT: String(port),
  LOG_LEVEL: "info",
  ESPACE_ENV: "demo",
});

function startProduct(dataDir: string): Promise<Server> {
  return startServer(
    productServer,
    productPort,
    "/healthz",
    productEnv(dataDir, productPort),
    join(dataDir, "product.log"),
  );
}

/** The limit sends the frame of the product's own page, and writes all that depends on the person itself. */
async function startLimit(product: Server, dataDir: string, cookie: string): Promise<Server> {
  const { headers, text } = await fetchPage(`${product.url}/reimbursements`, cookie);
  const name = /Connecté\s:\s([^<]*)</.exec(text)![1]!;
  const list = text.indexOf('<h2 id="m');
  const nameAt = text.indexOf(name);
  const end = text.indexOf("</nav>", list) + "</nav>".length;
  const frame = {
    headers,
    before: text.slice(0, nameAt),
    afterName: text.slice(nameAt + name.length, list),
    after: text.slice(end),
  };
  const frameFile = join(dataDir, "frame.json");
  writeFileSync(frameFile, JSON.stringify(frame));
  const script = join(import.meta.dirname, "limit-server.ts");
  return startServer(
    [script, join(dataDir, "espace.db"), String(limitPort), frameFile],
    limitPort,
    "/",
    {},
    join(dataDir, "limit.log"),
  );
}

function fetchPage(url: string, cookie: string): Promise<{ headers: Record<string, string>; text: string }> {
  return new Promise((resolve, reject) => {
    request(url, { agent: false, headers: { cookie, "sec-fetch-site": "none" } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        const own = Object.entries(response.headers).filter(
          ([key]) => !["date", "connection", "keep-alive", "content-length"].includes(key),
        );
        resolve({ headers: Object.fromEntries(own) as Record<string, string>, text });
      });
    })
      .on("error", reject)
      .end();
  });
}
