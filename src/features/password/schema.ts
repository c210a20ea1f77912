import * as z from "zod";
import { currentPasswordField, identifierField, newPasswordField } from "../../domain/form-fields.ts";

export const forgotSchema = z.object({
  identifier: identifierField,
});

export const resetSchema = z.object({
  password: newPasswordField,
});

export const changeSchema = z.object({
  currentPassword: currentPasswordField,
  password: newPasswordField,
});
