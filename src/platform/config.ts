import { createPrivateKey, createSecretKey, type KeyObject, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseEnv } from "node:util";
import * as z from "zod";
import { builtInOrganisation, type Organisation, organisationSchema } from "./organisation.ts";
import { keyId } from "./seal.ts";

export type SecretKey = { id: string; key: KeyObject };

/** The private key in PEM. */
export type Dkim = { domain: string; selector: string; privateKey: string };

export type Config = {
  env: "demo" | "production";
  host: string;
  port: number;
  /** Public address without a final slash: every link in a mail starts with it. */
  origin: string;
  secureOrigin: boolean;
  dataDir: string;
  databaseFile: string;
  /** The first key seals, all of them open. */
  secretKeys: [SecretKey, ...SecretKey[]];
  smtpUrl: string | undefined;
  mailFrom: string;
  /** Signs every mail handed to SMTP_URL (RFC 6376). */
  dkim: Dkim | undefined;
  /** Of who posts mails that came back; without it nobody does. */
  mailBounceSecret: string | undefined;
  /** How many bulk mails may leave in a minute; undefined = as many as can. */
  mailPerMinute: number | undefined;
  smsUrl: string | undefined;
  /** Data older than this many hours are told to be late. */
  feedLateHours: number;
  /** Of who posts what comes back to text messages; without it nobody does. */
  smsInboundSecret: string | undefined;
  organisation: Organisation;
  trustedProxies: string[];
  tls: { certFile: string; keyFile: string } | undefined;
  logLevel: (typeof logLevels)[number];
};

/** Where the product's own files are: migrations, locales, static. Found by walking up, so a bundle finds it too. */
export const productRoot = findRoot(import.meta.dirname);

/** Faults in the settings, one sentence each, for the operator. */
export class ConfigError extends Error {
  readonly faults: string[];
  constructor(faults: string[]) {
    super(faults.join("\n"));
    this.faults = faults;
  }
}

const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
const names = [
  "ESPACE_ENV",
  "HOST",
  "PORT",
  "ORIGIN",
  "DATA_DIR",
  "SECRET_KEY",
  "SECRET_KEY_FILE",
  "SMTP_URL",
  "MAIL_FROM",
  "DKIM_DOMAIN",
  "DKIM_SELECTOR",
  "DKIM_KEY_FILE",
  "MAIL_BOUNCE_SECRET",
  "MAIL_PER_MINUTE",
  "SMS_URL",
  "SMS_INBOUND_SECRET",
  "FEED_LATE_HOURS",
  "ORGANISATION_FILE",
  "TRUSTED_PROXIES",
  "TLS_CERT_FILE",
  "TLS_KEY_FILE",
  "LOG_LEVEL",
] as const;
type Name = (typeof names)[number];

const url = (protocols: string[], what: string) =>
  z.string().refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), `must be ${what}`);

const hostName = (fault: string) =>
  z
    .string()
    .toLowerCase()
    .regex(/^(?=.{1,253}$)[a-z\d]([a-z\d-]{0,61}[a-z\d])?(\.[a-z\d]([a-z\d-]{0,61}[a-z\d])?)*$/, fault);

const settingsSchema = z.object({
  ESPACE_ENV: z.enum(["demo", "production"], "must be demo or production").default("demo"),
  HOST: z.string().min(1).default("127.0.0.1"),
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, "must be a port number")
    .transform(Number)
    .refine((port) => port <= 65535, "must be a port number")
    .default(8080),
  ORIGIN: url(["http:", "https:"], "an address such as https://espace.example.fr")
    .refine((text) => !URL.canParse(text) || new URL(text).origin === text.replace(/\/$/, ""), "must have no path")
    .optional(),
  DATA_DIR: z.string().min(1).default("./var"),
  SECRET_KEY: z.string().optional(),
  SECRET_KEY_FILE: z.string().optional(),
  SMTP_URL: url(["smtp:", "smtps:"], "an address such as smtp://user:password@mail.example.fr:587").optional(),
  MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*@[^\r\n]+$/, "must be an e-mail address")
    .optional(),
  DKIM_DOMAIN: hostName("must be a domain such as example.fr")
    .refine((name) => name.includes("."), "must be a domain such as example.fr")
    .optional(),
  DKIM_SELECTOR: hostName("must be a selector such as espace2026").optional(),
  DKIM_KEY_FILE: z.string().optional(),
  MAIL_BOUNCE_SECRET: z.string().min(32, "must be 32 characters or more").optional(),
  MAIL_PER_MINUTE: z
    .string()
    .regex(/^[1-9]\d{0,6}$/, "must be a number of mails, 1 or more")
    .transform(Number)
    .optional(),
  SMS_URL: url(["http:", "https:"], "the address of an HTTP gateway").optional(),
  SMS_INBOUND_SECRET: z.string().min(32, "must be 32 characters or more").optional(),
  FEED_LATE_HOURS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, "must be a number of hours, 1 or more")
    .transform(Number)
    .default(48),
  ORGANISATION_FILE: z.string().optional(),
  TRUSTED_PROXIES: z
    .string()
    .transform((text) =>
      text
        .split(",")
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .refine((parts) => parts.every(isNetwork), "must be addresses or networks, such as 127.0.0.1,10.0.0.0/8")
    .default([]),
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(", ")}`).default("info"),
});

/**
 * Reads the settings from the environment and from `.env` in the working folder (the environment wins), once.
 * @throws ConfigError with one line per fault.
 */
export function readConfig(environment: Record<string, string | undefined>, workingFolder: string): Config {
  const faults: string[] = [];
  const settings: Partial<Record<Name, string>> = {};
  const dotenv = join(workingFolder, ".env");
  const fromFile = existsSync(dotenv) ? parseEnv(readFileSync(dotenv, "utf8")) : {};
  for (const name of Object.keys(fromFile)) {
    if (!(names as readonly string[]).includes(name)) faults.push(`${name}: unknown setting in .env`);
  }
  for (const name of names) {
    const value = environment[name] ?? fromFile[name];
    // An empty value means "not set", as in a .env file copied from the example.
    if (value !== undefined && value.trim() !== "") settings[name] = value.trim();
  }
  const parsed = settingsSchema.safeParse(settings);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) faults.push(`${issue.path.join(".")}: ${issue.message}`);
    throw new ConfigError(faults);
  }
  const value = parsed.data;
  const production = value.ESPACE_ENV === "production";
  if (production) {
    if (!value.ORIGIN?.startsWith("https://")) faults.push("ORIGIN: required in production, and must be https");
    if (!value.SECRET_KEY && !value.SECRET_KEY_FILE)
      faults.push("SECRET_KEY or SECRET_KEY_FILE: required in production");
    if (!value.SMTP_URL) faults.push("SMTP_URL: required in production");
  }
  if (value.SECRET_KEY && value.SECRET_KEY_FILE) faults.push("SECRET_KEY and SECRET_KEY_FILE: set only one of them");
  if (!value.TLS_CERT_FILE !== !value.TLS_KEY_FILE) faults.push("TLS_CERT_FILE and TLS_KEY_FILE: set both or neither");
  for (const name of ["TLS_CERT_FILE", "TLS_KEY_FILE", "SECRET_KEY_FILE", "ORGANISATION_FILE"] as const) {
    const file = value[name];
    if (file && !existsSync(resolve(workingFolder, file))) faults.push(`${name}: no file at ${file}`);
  }
  const dataDir = isAbsolute(value.DATA_DIR) ? value.DATA_DIR : resolve(workingFolder, value.DATA_DIR);
  const organisation = readOrganisation(
    value.ORGANISATION_FILE && resolve(workingFolder, value.ORGANISATION_FILE),
    faults,
  );
  const mailFrom = value.MAIL_FROM ?? organisation?.mailFrom ?? "";
  const dkim = readDkim(value, mailFrom, workingFolder, faults);
  if (faults.length > 0 || !organisation) throw new ConfigError(faults);

  const secretKeys = readSecretKeys(
    value.SECRET_KEY,
    value.SECRET_KEY_FILE && resolve(workingFolder, value.SECRET_KEY_FILE),
    dataDir,
  );
  const tls =
    value.TLS_CERT_FILE && value.TLS_KEY_FILE
      ? { certFile: resolve(workingFolder, value.TLS_CERT_FILE), keyFile: resolve(workingFolder, value.TLS_KEY_FILE) }
      : undefined;
  const host = value.HOST.includes(":") ? `[${value.HOST}]` : value.HOST;
  const origin = (value.ORIGIN ?? `${tls ? "https" : "http"}://${host}:${value.PORT}`).replace(/\/$/, "");
  return {
    env: value.ESPACE_ENV,
    host: value.HOST,
    port: value.PORT,
    origin,
    secureOrigin: origin.startsWith("https:"),
    dataDir,
    databaseFile: join(dataDir, "espace.db"),
    secretKeys,
    smtpUrl: value.SMTP_URL,
    mailFrom,
    dkim,
    mailBounceSecret: value.MAIL_BOUNCE_SECRET,
    mailPerMinute: value.MAIL_PER_MINUTE,
    smsUrl: value.SMS_URL,
    feedLateHours: value.FEED_LATE_HOURS,
    smsInboundSecret: value.SMS_INBOUND_SECRET,
    organisation,
    trustedProxies: value.TRUSTED_PROXIES,
    tls,
    logLevel: value.LOG_LEVEL,
  };
}

function readOrganisation(file: string | undefined, faults: string[]): Organisation | undefined {
  if (!file || !existsSync(file)) return builtInOrganisation;
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    faults.push(`ORGANISATION_FILE: ${file} is not JSON`);
    return undefined;
  }
  const parsed = organisationSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) faults.push(`ORGANISATION_FILE: ${issue.path.join(".")}: ${issue.message}`);
  return undefined;
}

/** What mails are signed with: all three settings, or none of them. */
function readDkim(
  { DKIM_DOMAIN: domain, DKIM_SELECTOR: selector, DKIM_KEY_FILE: file }: z.output<typeof settingsSchema>,
  mailFrom: string,
  workingFolder: string,
  faults: string[],
): Dkim | undefined {
  if (!domain && !selector && !file) return undefined;
  if (!domain || !selector || !file) {
    faults.push("DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE: set all three or none");
    return undefined;
  }
  const from = /@([^@<>\s]+)>?\s*$/.exec(mailFrom)?.[1]?.toLowerCase() ?? "";
  // A signature of another domain than the sender's does not speak for it (RFC 7489, alignment).
  if (from !== domain && !from.endsWith(`.${domain}`))
    faults.push("DKIM_DOMAIN: must be the domain of MAIL_FROM, or one above it");
  const privateKey = readSigningKey(resolve(workingFolder, file));
  if (privateKey === undefined)
    faults.push(`DKIM_KEY_FILE: ${file} is not an RSA private key of 1024 bits or more in PEM`);
  return privateKey === undefined ? undefined : { domain, selector, privateKey };
}

function readSigningKey(file: string): string | undefined {
  try {
    const pem = readFileSync(file, "utf8");
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem);
    return asymmetricKeyType === "rsa" && asymmetricKeyDetails!.modulusLength! >= 1024 ? pem : undefined;
  } catch {
    return undefined;
  }
}

/** The keys given, or those of DATA_DIR/secret.key, made at the first start of a demo. */
function readSecretKeys(given: string | undefined, file: string | undefined, dataDir: string): Config["secretKeys"] {
  const ownFile = join(dataDir, "secret.key");
  let text = given;
  if (!text && file) text = readFileSync(file, "utf8");
  if (!text && existsSync(ownFile)) text = readFileSync(ownFile, "utf8");
  if (!text && existsSync(join(dataDir, "espace.db"))) {
    const place = `${ownFile} is missing, and the database beside it was made with it`;
    throw new ConfigError([`SECRET_KEY: ${place}. Put the file back, or give the key in SECRET_KEY.`]);
  }
  makeDataDir(dataDir);
  if (!text) {
    text = randomBytes(32).toString("base64");
    writeFileSync(ownFile, `${text}\n`, { mode: 0o600, flag: "wx" });
  }
  const keys = text.split(",").map((part) => readKey(part.trim()));
  return keys as Config["secretKeys"];
}

function readKey(text: string): SecretKey {
  const bytes = Buffer.from(text, "base64");
  if (bytes.length !== 32 || !/^[A-Za-z0-9+/_-]{43}=?$/.test(text)) {
    throw new ConfigError(["SECRET_KEY: each key must be 32 random bytes in base64 (openssl rand -base64 32)"]);
  }
  const key = createSecretKey(bytes);
  return { id: keyId(key), key };
}

/** A folder of state only its owner can enter, made level by level. @throws the system's error. */
export function makeFolder(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(existsSync(path) && statSync(path).isDirectory())) throw error;
  }
}

function makeDataDir(path: string): void {
  try {
    makeFolder(path);
  } catch {
    throw new ConfigError([
      `DATA_DIR: the folder ${path} cannot be made. Choose another place, or let this user write there.`,
    ]);
  }
}

/** An address, or a network as an address and the length of its prefix. */
function isNetwork(text: string): boolean {
  const [address = "", prefix, ...more] = text.split("/");
  const longest = isIP(address) === 6 ? 128 : 32;
  const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest);
  return isIP(address) !== 0 && isPrefix && more.length === 0;
}

function findRoot(from: string): string {
  if (existsSync(join(from, "package.json"))) return from;
  const parent = dirname(from);
  if (parent === from) throw new Error("package.json was not found above the program");
  return findRoot(parent);
}
