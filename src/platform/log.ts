import { type DestinationStream, pino } from "pino";

/** What the product needs of a logger. Never a name, a number, an address, a token or a form value in it. */
export type Log = {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
};

/**
 * JSON lines. Lines are written in blocks of 4 KB, and at least every half second, so that a busy page does not
 * wait for the disk; `flush` writes what is left when the process ends.
 */
export function createLog(level: string, destination?: DestinationStream): Log & { flush(): void } {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  if (destination) return Object.assign(pino(options, destination), { flush: () => {} });
  const stdout = pino.destination({ dest: 1, sync: false, minLength: 4096 });
  const timer = setInterval(() => stdout.flush(), 500);
  timer.unref();
  return Object.assign(pino(options, stdout), {
    flush() {
      clearInterval(timer);
      try {
        stdout.flushSync();
      } catch {
        // The stream was never ready: nothing had been written.
      }
    },
  });
}
