import * as z from "zod";
import { key } from "../../web/forms.ts";

export const forgotSchema = z.object({
  identifier: z.string().trim().min(1, key("required")).max(100, key("tooLong")),
});

export const resetSchema = z.object({
  password: z.string().min(1, key("required")).max(1024, key("passwordLong")),
});

export const changeSchema = z.object({
  currentPassword: z.string().min(1, key("required")).max(1024, key("tooLong")),
  password: z.string().min(1, key("required")).max(1024, key("passwordLong")),
});
