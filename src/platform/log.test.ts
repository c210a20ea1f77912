import { expect, test } from "vitest";
import { createLog } from "./log.ts";

function logged(level: string, write: (log: ReturnType<typeof createLog>) => void): Record<string, unknown>[] {
  const lines: string[] = [];
  const log = createLog(level, { write: (line) => void lines.push(line) });
  write(log);
  log.flush();
  return lines.map((line) => {
    expect(line.endsWith("\n") && line.indexOf("\n") === line.length - 1).toBe(true);
    return JSON.parse(line);
  });
}

test("a line is one JSON object with its level in words, its time, its message and the fields given, no more", () => {
  const [line] = logged("info", (log) => log.info({ request: "r1", status: 200 }, "request"));
  expect(line).toEqual({ level: "info", time: expect.any(String), request: "r1", status: 200, msg: "request" });
  expect(line?.time).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
});

test("what is below the level asked for is not written", () => {
  const write = (log: ReturnType<typeof createLog>) => {
    log.debug({}, "debug");
    log.info({}, "info");
    log.warn({}, "warn");
    log.error({}, "error");
  };
  expect(logged("warn", write).map(({ level }) => level)).toEqual(["warn", "error"]);
  expect(logged("debug", write).map(({ level }) => level)).toEqual(["debug", "info", "warn", "error"]);
  expect(logged("silent", write)).toEqual([]);
});

test("a line end in a field or a message does not start a second line", () => {
  const [line] = logged("info", (log) => log.info({ route: 'a\n{"level":"error"}' }, "one\r\ntwo"));
  expect(line).toMatchObject({ route: 'a\n{"level":"error"}', msg: "one\r\ntwo" });
});
