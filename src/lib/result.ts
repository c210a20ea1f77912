/** An expected outcome: a value, or the name of what went wrong. Exceptions are for bugs and outages. */
export type Result<T, F extends string = string> = { ok: true; value: T } | { ok: false; fault: F };

export function ok<T>(value: T): { ok: true; value: T } {
  return { ok: true, value };
}

export function fail<F extends string>(fault: F): { ok: false; fault: F } {
  return { ok: false, fault };
}
