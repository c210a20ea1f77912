// Asks for one page again and again from a process of its own: prints what it saw as JSON.
import { Agent, get } from "node:http";
import { argv } from "node:process";

const [url = "", cookiesText = "[]", connectionsText = "4", secondsText = "3"] = argv.slice(2);
const cookies = JSON.parse(cookiesText) as string[];
const connections = Number(connectionsText);
const agent = new Agent({ keepAlive: true, maxSockets: connections });
const end = performance.now() + Number(secondsText) * 1000;
const times: number[] = [];
let next = 0;
let bytes = 0;
let bad = 0;

function ask(): Promise<void> {
  const start = performance.now();
  const cookie = cookies[next++ % cookies.length]!;
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { cookie, "sec-fetch-site": "none" } }, (response) => {
      if (response.statusCode !== 200) bad++;
      response.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
      });
      response.on("end", () => {
        times.push(performance.now() - start);
        resolve();
      });
    }).on("error", reject);
  });
}

const began = performance.now();
await Promise.all(
  Array.from({ length: connections }, async () => {
    while (performance.now() < end) await ask();
  }),
);
const seconds = (performance.now() - began) / 1000;
times.sort((a, b) => a - b);
const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
console.log(
  JSON.stringify({
    requestsASecond: times.length / seconds,
    p50: at(0.5),
    p99: at(0.99),
    bytes: bytes / times.length,
    bad,
  }),
);
agent.destroy();
