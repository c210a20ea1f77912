import * as z from "zod";
import { parseEmail } from "../lib/email.ts";
import type { ErrorKey } from "../platform/i18n.ts";

/** Names a message in a schema; an unknown name does not compile. */
export const message = (name: ErrorKey) => name;

/** The number somebody signs in with, as it is typed: whose it is, and whether it is anybody's, is asked later. */
export const identifierField = z.string().trim().min(1, message("required")).max(100, message("tooLong"));

/** The password of an account, asked for again; spaces belong to it. */
export const currentPasswordField = z.string().min(1, message("required")).max(1024, message("tooLong"));

/** A password to be chosen: what it must be besides depends on who chooses it. */
export const newPasswordField = z.string().min(1, message("required")).max(1024, message("passwordLong"));

/** An address that mails of the account are sent to. */
export const emailField = z
  .string()
  .trim()
  .min(1, message("required"))
  .max(254, message("tooLong"))
  .refine((text) => parseEmail(text) !== undefined, message("email"));
