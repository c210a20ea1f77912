import { generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigError, makeFolder, productRoot, readConfig } from "./config.ts";
import { builtInOrganisation } from "./organisation.ts";
import { createSeal } from "./seal.ts";

const signingKey = generateKeyPairSync("rsa", {
  modulusLength: 1024,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
}).privateKey;

const key = (fill: string) => Buffer.alloc(32, fill).toString("base64");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "espace-config-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (settings: Record<string, string | undefined> = {}) => readConfig(settings, folder);

/** What the operator is told. */
function faultsOf(settings: Record<string, string>): string[] {
  try {
    read({ SECRET_KEY: key("a"), ...settings });
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return [];
}

test("with no setting at all, a demo listens on loopback and keeps its state in ./var", () => {
  expect(read()).toMatchObject({
    env: "demo",
    host: "127.0.0.1",
    port: 8080,
    origin: "http://127.0.0.1:8080",
    secureOrigin: false,
    dataDir: join(folder, "var"),
    databaseFile: join(folder, "var", "espace.db"),
    smtpUrl: undefined,
    mailFrom: builtInOrganisation.mailFrom,
    dkim: undefined,
    mailBounceSecret: undefined,
    mailPerMinute: undefined,
    smsUrl: undefined,
    organisation: builtInOrganisation,
    trustedProxies: [],
    tls: undefined,
    logLevel: "info",
  });
});

test("every setting is taken as given", () => {
  for (const name of ["cert.pem", "key.pem"]) writeFileSync(join(folder, name), "");
  writeFileSync(join(folder, "dkim.pem"), signingKey);
  const config = read({
    ESPACE_ENV: "production",
    HOST: "0.0.0.0",
    PORT: "443",
    ORIGIN: "https://espace.example.fr/",
    DATA_DIR: join(folder, "state"),
    SECRET_KEY: key("a"),
    SMTP_URL: "smtps://user:password@mail.example.fr:465",
    MAIL_FROM: "Espace <espace@example.fr>",
    DKIM_DOMAIN: "Example.fr",
    DKIM_SELECTOR: "espace2026",
    DKIM_KEY_FILE: "dkim.pem",
    MAIL_BOUNCE_SECRET: "b".repeat(32),
    MAIL_PER_MINUTE: "600",
    SMS_URL: "https://sms.example.fr/send",
    TRUSTED_PROXIES: "10.0.0.1, 10.0.0.2,",
    TLS_CERT_FILE: "cert.pem",
    TLS_KEY_FILE: "key.pem",
    LOG_LEVEL: "warn",
  });
  expect(config).toMatchObject({
    env: "production",
    host: "0.0.0.0",
    port: 443,
    origin: "https://espace.example.fr",
    secureOrigin: true,
    dataDir: join(folder, "state"),
    smtpUrl: "smtps://user:password@mail.example.fr:465",
    mailFrom: "Espace <espace@example.fr>",
    dkim: { domain: "example.fr", selector: "espace2026", privateKey: signingKey },
    mailBounceSecret: "b".repeat(32),
    mailPerMinute: 600,
    smsUrl: "https://sms.example.fr/send",
    trustedProxies: ["10.0.0.1", "10.0.0.2"],
    tls: { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") },
    logLevel: "warn",
  });
});

test("the address follows host, port and certificate when it is not given", () => {
  writeFileSync(join(folder, "pem"), "");
  expect(read({ HOST: "::1", PORT: "3000" }).origin).toBe("http://[::1]:3000");
  expect(read({ PORT: "8443", TLS_CERT_FILE: "pem", TLS_KEY_FILE: "pem" }).origin).toBe("https://127.0.0.1:8443");
});

test("an empty setting counts as not set, and spaces around one do not count", () => {
  expect(read({ PORT: "  ", SMTP_URL: "", HOST: " 127.0.0.2 " })).toMatchObject({
    port: 8080,
    smtpUrl: undefined,
    host: "127.0.0.2",
  });
});

describe("each fault is one line", () => {
  test.each([
    ["ESPACE_ENV", "staging", "ESPACE_ENV: must be demo or production"],
    ["PORT", "http", "PORT: must be a port number"],
    ["PORT", "65536", "PORT: must be a port number"],
    ["PORT", "-1", "PORT: must be a port number"],
    ["ORIGIN", "espace.example.fr", "ORIGIN: must be an address such as https://espace.example.fr"],
    ["ORIGIN", "ftp://espace.example.fr", "ORIGIN: must be an address such as https://espace.example.fr"],
    ["ORIGIN", "https://espace.example.fr/portal", "ORIGIN: must have no path"],
    ["ORIGIN", "https://espace.example.fr?a=b", "ORIGIN: must have no path"],
    ["SMTP_URL", "mail.example.fr", "SMTP_URL: must be an address such as smtp://user:password@mail.example.fr:587"],
    ["MAIL_FROM", "nobody", "MAIL_FROM: must be an e-mail address"],
    ["DKIM_DOMAIN", "exa mple.fr", "DKIM_DOMAIN: must be a domain such as example.fr"],
    ["DKIM_SELECTOR", "a;b", "DKIM_SELECTOR: must be a selector such as espace2026"],
    ["DKIM_DOMAIN", "smeno.fr", "DKIM_DOMAIN, DKIM_SELECTOR and DKIM_KEY_FILE: set all three or none"],
    ["MAIL_BOUNCE_SECRET", "short", "MAIL_BOUNCE_SECRET: must be 32 characters or more"],
    ["MAIL_PER_MINUTE", "0", "MAIL_PER_MINUTE: must be a number of mails, 1 or more"],
    ["MAIL_PER_MINUTE", "many", "MAIL_PER_MINUTE: must be a number of mails, 1 or more"],
    ["SMS_URL", "sms:1234", "SMS_URL: must be the address of an HTTP gateway"],
    ["SMS_INBOUND_SECRET", "too short", "SMS_INBOUND_SECRET: must be 32 characters or more"],
    ["LOG_LEVEL", "loud", "LOG_LEVEL: must be one of fatal, error, warn, info, debug, trace, silent"],
    ["TLS_CERT_FILE", "none.pem", "TLS_CERT_FILE: no file at none.pem"],
    ["ORGANISATION_FILE", "none.json", "ORGANISATION_FILE: no file at none.json"],
  ])("%s=%s", (name, value, line) => {
    // A certificate without its key is a fault of its own.
    expect(faultsOf({ [name]: value }).filter((fault) => !fault.includes("both or neither"))).toEqual([line]);
  });

  test("several faults are told together", () => {
    expect(faultsOf({ PORT: "x", LOG_LEVEL: "x", SMS_URL: "x" }).map((line) => line.split(":")[0])).toEqual([
      "PORT",
      "SMS_URL",
      "LOG_LEVEL",
    ]);
  });

  test("a key that cannot sign mails, or of another domain than their sender", () => {
    const with3 = (file: string, domain = "smeno.fr") =>
      faultsOf({ DKIM_DOMAIN: domain, DKIM_SELECTOR: "a", DKIM_KEY_FILE: file });
    const elliptic = generateKeyPairSync("ed25519").privateKey.export({ type: "pkcs8", format: "pem" });
    writeFileSync(join(folder, "dkim.pem"), signingKey);
    writeFileSync(join(folder, "elliptic.pem"), elliptic);
    writeFileSync(join(folder, "empty.pem"), "");
    const notAKey = (file: string) => [`DKIM_KEY_FILE: ${file} is not an RSA private key of 1024 bits or more in PEM`];
    for (const file of ["none.pem", "elliptic.pem", "empty.pem"]) expect(with3(file)).toEqual(notAKey(file));
    const otherDomain = ["DKIM_DOMAIN: must be the domain of MAIL_FROM, or one above it"];
    for (const domain of ["example.fr", "eno.fr", "mail.smeno.fr"])
      expect(with3("dkim.pem", domain)).toEqual(otherDomain);
    expect(with3("dkim.pem", "fr")).toEqual(["DKIM_DOMAIN: must be a domain such as example.fr"]);
    const settings = { DKIM_SELECTOR: "a", DKIM_KEY_FILE: "dkim.pem", MAIL_FROM: "SMENO <a@mail.smeno.fr>" };
    for (const domain of ["mail.smeno.fr", "smeno.fr"])
      expect(read({ ...settings, DKIM_DOMAIN: domain }).dkim?.domain).toBe(domain);
  });

  test("a certificate without its key", () => {
    writeFileSync(join(folder, "cert.pem"), "");
    expect(faultsOf({ TLS_CERT_FILE: "cert.pem" })).toEqual(["TLS_CERT_FILE and TLS_KEY_FILE: set both or neither"]);
  });

  test("both a key and a file of keys", () => {
    writeFileSync(join(folder, "keys"), key("b"));
    expect(faultsOf({ SECRET_KEY_FILE: "keys" })).toEqual(["SECRET_KEY and SECRET_KEY_FILE: set only one of them"]);
  });

  test.each([
    ["too short", Buffer.alloc(31, "a").toString("base64")],
    ["too long", Buffer.alloc(33, "a").toString("base64")],
    ["no base64", "!".repeat(44)],
    ["one right, one wrong", `${key("a")},secret`],
    ["one right, one missing", `${key("a")},`],
  ])("a secret key that is none: %s", (_what, text) => {
    expect(faultsOf({ SECRET_KEY: text })).toEqual([
      "SECRET_KEY: each key must be 32 random bytes in base64 (openssl rand -base64 32)",
    ]);
  });

  test("no fault repeats a value that may be secret", () => {
    const secret = "hunter2";
    const told = [
      faultsOf({ SECRET_KEY: secret }),
      faultsOf({ SMTP_URL: `http://user:${secret}@mail.example.fr` }),
      faultsOf({ SMS_URL: `sms://${secret}` }),
    ];
    expect(told.map((lines) => lines.length)).toEqual([1, 1, 1]);
    expect(told.flat().filter((line) => line.includes(secret))).toEqual([]);
  });
});

describe("3.2 production refuses to start", () => {
  const complete = {
    ESPACE_ENV: "production",
    ORIGIN: "https://espace.example.fr",
    SECRET_KEY: key("a"),
    SMTP_URL: "smtp://mail.example.fr",
  };

  test("with nothing but its name, for three reasons", () => {
    expect(() => read({ ESPACE_ENV: "production" })).toThrow(ConfigError);
    expect(faultsOf({ ESPACE_ENV: "production", SECRET_KEY: "" })).toEqual([
      "ORIGIN: required in production, and must be https",
      "SECRET_KEY or SECRET_KEY_FILE: required in production",
      "SMTP_URL: required in production",
    ]);
  });

  test("over plain http", () => {
    expect(faultsOf({ ...complete, ORIGIN: "http://espace.example.fr" })).toEqual([
      "ORIGIN: required in production, and must be https",
    ]);
  });

  test("with a key left by a demo in its folder, and makes none itself", () => {
    const { SECRET_KEY: _given, ...rest } = complete;
    const dataDir = join(folder, "var");
    expect(() => read(rest)).toThrow("SECRET_KEY or SECRET_KEY_FILE: required in production");
    expect(existsSync(dataDir)).toBe(false);
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, "secret.key"), key("b"));
    expect(() => read(rest)).toThrow("SECRET_KEY or SECRET_KEY_FILE: required in production");
  });

  test("and starts when all is given", () => {
    expect(faultsOf(complete)).toEqual([]);
    expect(read(complete).env).toBe("production");
  });
});

describe(".env", () => {
  test("gives settings, quotes and comments allowed, and the environment wins over it", () => {
    writeFileSync(join(folder, ".env"), '# where it listens\nPORT=3001\nHOST="127.0.0.3"\nLOG_LEVEL=\n');
    expect(read()).toMatchObject({ port: 3001, host: "127.0.0.3", logLevel: "info" });
    expect(read({ PORT: "3002" })).toMatchObject({ port: 3002, host: "127.0.0.3" });
  });

  test("refuses a name it does not know, beside other faults", () => {
    writeFileSync(join(folder, ".env"), "PROT=3001\nPORT=x\n");
    expect(faultsOf({})).toEqual(["PROT: unknown setting in .env", "PORT: must be a port number"]);
  });

  test("refuses a name it does not know even when all else is right", () => {
    writeFileSync(join(folder, ".env"), "PROT=3001\n");
    expect(faultsOf({})).toEqual(["PROT: unknown setting in .env"]);
  });
});

describe("secret keys", () => {
  test("a demo makes its key once, for its owner's eyes alone", () => {
    const first = read();
    const file = join(folder, "var", "secret.key");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "var")).mode & 0o777).toBe(0o700);
    expect(Buffer.from(readFileSync(file, "utf8"), "base64")).toHaveLength(32);
    expect(read().secretKeys[0].id).toBe(first.secretKeys[0].id);
  });

  test("two demos have two keys", () => {
    const [one, two] = ["one", "two"].map((name) => read({ DATA_DIR: join(folder, name) }).secretKeys[0].id);
    expect(one).not.toBe(two);
  });

  test("of several keys the first seals and all of them open", () => {
    const both = read({ SECRET_KEY: `${key("b")} , ${key("a")}` }).secretKeys;
    const [a] = read({ SECRET_KEY: key("a") }).secretKeys;
    const [b] = read({ SECRET_KEY: key("b") }).secretKeys;
    expect(both.map(({ id }) => id)).toEqual([b.id, a.id]);
    const sealed = createSeal([a.key]).seal("place", "text");
    expect(createSeal(both.map((secret) => secret.key)).open("place", sealed)).toBe("text");
  });

  test("keys may stand in a file, with a line end behind them", () => {
    writeFileSync(join(folder, "keys"), `${key("a")},${key("b")}\n`);
    const fromFile = read({ SECRET_KEY_FILE: "keys" }).secretKeys.map(({ id }) => id);
    expect(fromFile).toEqual(read({ SECRET_KEY: `${key("a")},${key("b")}` }).secretKeys.map(({ id }) => id));
  });

  test("a given key leaves no key in the folder of state", () => {
    read({ SECRET_KEY: key("a") });
    expect(existsSync(join(folder, "var", "secret.key"))).toBe(false);
  });
});

describe("the organisation", () => {
  const file = (text: string) => writeFileSync(join(folder, "mutual.json"), text);

  test("comes from its file", () => {
    file(JSON.stringify({ ...builtInOrganisation, name: "LMDE", mailFrom: "LMDE <espace@lmde.example>" }));
    const config = read({ ORGANISATION_FILE: "mutual.json" });
    expect(config.organisation.name).toBe("LMDE");
    expect(config.mailFrom).toBe("LMDE <espace@lmde.example>");
  });

  test("is refused with one line for each fault in it", () => {
    file(JSON.stringify({ ...builtInOrganisation, siren: "12", colour: "blue", name: "two\nlines", nmae: "x" }));
    const faults = faultsOf({ ORGANISATION_FILE: "mutual.json" });
    expect(faults).toHaveLength(4);
    expect(faults).toEqual(
      expect.arrayContaining([
        "ORGANISATION_FILE: siren: must be 9 digits",
        "ORGANISATION_FILE: colour: must be a colour such as #003d7c",
        "ORGANISATION_FILE: name: must be one line",
        expect.stringMatching(/^ORGANISATION_FILE: .*nmae/),
      ]),
    );
  });

  test("is refused when its file is not JSON", () => {
    file("{");
    expect(faultsOf({ ORGANISATION_FILE: "mutual.json" })).toEqual([
      `ORGANISATION_FILE: ${join(folder, "mutual.json")} is not JSON`,
    ]);
  });
});

test("a folder of state is made for its owner alone, with the folders above it, and left as it is when there", () => {
  const path = join(folder, "a", "b");
  makeFolder(path);
  expect(statSync(path).mode & 0o777).toBe(0o700);
  writeFileSync(join(path, "kept"), "");
  makeFolder(path);
  expect(existsSync(join(path, "kept"))).toBe(true);
});

test("the product finds its own files", () => {
  expect(existsSync(join(productRoot, "db", "migrations"))).toBe(true);
});

test.each(["abc", "127.0.0.1,abc", "10.0.0.0/33", "10.0.0.0/8/8", "::1/129"])(
  "TRUSTED_PROXIES=%s names its fault",
  (value) => {
    expect(faultsOf({ TRUSTED_PROXIES: value })).toEqual([
      "TRUSTED_PROXIES: must be addresses or networks, such as 127.0.0.1,10.0.0.0/8",
    ]);
  },
);

test("addresses and networks of both families are trusted", () => {
  const trusted = read({ TRUSTED_PROXIES: "127.0.0.1, 10.0.0.0/8, ::1, fd00::/8" }).trustedProxies;
  expect(trusted).toEqual(["127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8"]);
});

test("a database without the key it was made with stops the start, and no new key is written", () => {
  mkdirSync(join(folder, "var"));
  writeFileSync(join(folder, "var", "espace.db"), "");
  expect(() => read()).toThrow(/secret\.key is missing, and the database beside it was made with it/);
  expect(existsSync(join(folder, "var", "secret.key"))).toBe(false);
});

test("a folder of state that cannot be made is one line", () => {
  writeFileSync(join(folder, "file"), "");
  expect(() => read({ DATA_DIR: join(folder, "file", "var") })).toThrow(/^DATA_DIR: the folder .* cannot be made/);
  expect(() => read({ DATA_DIR: "/proc/nope/var" })).toThrow(/^DATA_DIR: the folder \/proc\/nope\/var cannot be made/);
});
