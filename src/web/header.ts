import type { Ctx } from "./env.ts";

/** A request header by its lower-case name, without building the whole Headers object when Node already has it. */
export function header(c: Ctx, name: string): string | undefined {
  const incoming = c.env?.incoming?.headers;
  if (!incoming) return c.req.header(name);
  const value = incoming[name];
  return typeof value === "string" ? value : value?.join(", ");
}
