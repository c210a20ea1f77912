// Signs in again and again, on several connections, from a process of its own: prints how often as JSON.
import { argv } from "node:process";
import { post } from "./post.ts";

const [url = "", numbersText = "[]", password = "", secondsText = "10"] = argv.slice(2);
const numbers = JSON.parse(numbersText) as string[];
const end = performance.now() + Number(secondsText) * 1000;
let done = 0;
let busy = 0;

await Promise.all(
  numbers.map(async (identifier) => {
    while (performance.now() < end) {
      const { status } = await post(url, { identifier, password });
      if (status === 303) done++;
      else if (status === 503) busy++;
      else throw new Error(`a sign-in was answered ${status}`);
    }
  }),
);
console.log(JSON.stringify({ done, busy }));
