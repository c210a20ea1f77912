import * as z from "zod";
import { openingFields } from "../../domain/account-form.ts";

export const activationSchema = z.object(openingFields);
