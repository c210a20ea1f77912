import { zValidator } from "@hono/zod-validator";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { HTTPException } from "hono/http-exception";
import type { z } from "zod";
import type { ErrorKey } from "../platform/i18n.ts";
import type { Ctx, Env } from "./env.ts";

/** What is wrong with each field, as the name of a message; the first fault of a field is the one shown. */
export type Faults<Field extends string = string> = { [F in Field]?: ErrorKey | undefined };
/** What was typed, to show the form again. */
export type Typed<Field extends string = string> = { [F in Field]?: string | undefined };

/** Names a message in a schema: `z.string().min(8, key("passwordShort"))`; an unknown name does not compile. */
export const key = (name: ErrorKey) => name;

type FieldOf<S extends z.ZodType> = Extract<keyof z.input<S>, string>;
type OnFaults<S extends z.ZodType> = (
  c: Ctx,
  faults: Faults<FieldOf<S>>,
  typed: Typed<FieldOf<S>>,
) => Response | Promise<Response>;

/** Reads a posted form by its schema; with faults, `onFaults` shows the form again and the handler does not run. */
export function formOf<S extends z.ZodObject>(schema: S, onFaults: OnFaults<S>) {
  return zValidator("form", schema, (result, c) => {
    if (!result.success) return onFaults(asCtx(c), faultsOf<S>(result.error), typedOf<S>(result.data));
  });
}

/** The same for the parameters of an address, all of them optional. */
export function queryOf<S extends z.ZodObject>(schema: S, onFaults: OnFaults<S>) {
  const validate = zValidator("query", schema, (result, c) => {
    if (!result.success) return onFaults(asCtx(c), faultsOf<S>(result.error), typedOf<S>(result.data));
  });
  const nothing = schema.parse({});
  const withFastPath: typeof validate = async (c, next) => {
    const start = c.req.url.indexOf("?");
    if (start >= 0) {
      if (!isCleanEncoding(c.req.url.slice(start))) throw new HTTPException(400, { message: "not UTF-8" });
      return validate(c, next);
    }
    c.req.addValidatedData("query", nothing);
    return next();
  };
  return withFastPath;
}

// The validator hands over the same context under a wider type.
function asCtx(c: Context): Ctx {
  return c as Ctx;
}

function faultsOf<S extends z.ZodType>(error: {
  issues: readonly { path: PropertyKey[]; code?: string; message: string }[];
}) {
  const faults: Record<string, ErrorKey> = {};
  for (const { path, code, message } of error.issues) {
    // A missing field, a file or a list where a text was due: zod's own words are never shown.
    faults[String(path[0])] ??= code === "invalid_type" ? "required" : (message as ErrorKey);
  }
  return faults as Faults<FieldOf<S>>;
}

function typedOf<S extends z.ZodType>(data: unknown) {
  const texts = Object.entries((data ?? {}) as Record<string, unknown>).filter(
    ([, value]) => typeof value === "string",
  );
  return Object.fromEntries(texts) as Typed<FieldOf<S>>;
}

const formTypes = /^(?:application\/x-www-form-urlencoded|multipart\/form-data)\b/i;

/**
 * Every body sent here is a form in UTF-8: anything else is malformed (400) before a field is read. The size has
 * been limited already. A NUL, which no base keeps, becomes the sign for what cannot be read: the field it was pasted
 * in says so, and the rest of what was typed stays.
 */
export const onlyForms = createMiddleware<Env>(async (c, next) => {
  const type = c.req.header("content-type") ?? "";
  const body = await c.req.arrayBuffer();
  // A form without a field (sign out) may come without a type.
  if (body.byteLength === 0 && (type === "" || formTypes.test(type))) return next();
  if (!formTypes.test(type) || /charset=(?!utf-8)/i.test(type)) throw new HTTPException(400, { message: "not a form" });
  const text = textOf(body);
  const isEncoded = /urlencoded/i.test(type);
  if (text === undefined || (isEncoded && !isUtf8(text))) throw new HTTPException(400, { message: "not UTF-8" });
  const readable = text.replace(isEncoded ? /\0|%00/g : /\0/g, "\ufffd");
  // Whoever reads the body from here on, and whatever as, reads this one. Hono keeps promises there, and does not say so.
  if (readable !== text) {
    const { buffer } = new TextEncoder().encode(readable);
    c.req.bodyCache = { arrayBuffer: Promise.resolve(buffer) as unknown as ArrayBuffer };
  }
  return next();
});

function textOf(body: ArrayBuffer): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return undefined;
  }
}

/** The parameters of an address: none of them NUL, which no page of ours writes. */
function isCleanEncoding(text: string): boolean {
  return isUtf8(text) && !/\0|%00/.test(text);
}

/** Names and values as browsers write them: every percent code part of a UTF-8 character. */
function isUtf8(text: string): boolean {
  try {
    return decodeURIComponent(text).length >= 0;
  } catch {
    return false;
  }
}
