import { describe, expect, test } from "vitest";
import { type Browser, demoPassword } from "../../../test/kit/browser.ts";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { productSources } from "../../../test/kit/sources.ts";
import { closeCase, openCase } from "../../domain/cases.ts";
import { publishCharter } from "../../domain/charter-publishing.ts";
import { type EvidenceKind, type Fact, fileParts, record, recordReading } from "../../domain/evidence.ts";
import { write } from "../../platform/database.ts";
import { urls } from "../../web/urls.ts";
import { formNames as printed } from "../forms/questions.ts";
import { formNames, mailKinds } from "./kinds.ts";

/** What is told of a browser that does not say what it is. */
const unknownClient = "Autre navigateur sur un autre système, réseau 127.0.0.x";

async function signedIn(portal: Portal, who: string) {
  const browser = portal.browser();
  await browser.signIn(who);
  return browser;
}

test("the account names its numbers and its e-mail, and leads to what protects it", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const page = await alice.get(urls.account);
  const main = page.document.querySelector("main");
  expect(main?.textContent).toContain("10000001");
  expect(main?.textContent).toContain("alice@demo.example");
  for (const path of [urls.accountPassword, urls.accountActivity]) {
    expect(main?.querySelector(`a[href="${path}"]`)).not.toBeNull();
    expect((await alice.get(path)).status).toBe(200);
  }
});

test("the journal tells sign-ins, refusals and downloads, latest first, in Paris time, and is one's own", async () => {
  const portal = await startPortal();
  await portal.browser().signIn("alice", "Faux-2026!");
  portal.advance({ minutes: 1 });
  const alice = await signedIn(portal, "alice");
  portal.advance({ minutes: 1 });
  await alice.get(urls.reimbursementsCsv);
  const rows = (await alice.get(urls.accountActivity)).document.querySelectorAll("tbody tr");
  expect([...rows].slice(0, 3).map(({ textContent }) => textContent)).toEqual([
    "23 novembre 2026 à 09:02Téléchargement de vos remboursements",
    `23 novembre 2026 à 09:01Connexion${unknownClient}, avec le mot de passe`,
    `23 novembre 2026 à 09:00Connexion refusée, mauvais mot de passe${unknownClient}`,
  ]);
  const bob = await signedIn(portal, "bob");
  const own = await bob.get(urls.accountActivity);
  expect(own.document.querySelector("main")?.textContent).not.toContain("Téléchargement");
});

test("a reading by staff says what was read and by whom: our teams, never a name", async () => {
  const portal = await startPortal();
  for (const what of fileParts) recordReading(portal, { memberId: "P0001", staff: "adviser@demo.example", what });
  record(portal, { kind: "case.closed", memberId: "P0001", actor: "staff", details: { case: 1 } });
  record(portal, { kind: "file.read", memberId: "P0001", actor: "staff", details: { what: "__proto__" } });
  const alice = await signedIn(portal, "alice");
  const { document } = await alice.get(urls.accountActivity);
  const cells = [...document.querySelectorAll("tbody td")].map(({ textContent }) => textContent);
  expect(cells.slice(1, 3)).toEqual([
    "Lecture de votre dossier par nos équipes",
    "Fin d’un dossier, par nos équipesdossier n° 1",
  ]);
  const readings = cells.slice(3, 3 + fileParts.length);
  expect(readings).toContain("Nos équipes ont lu vos remboursements");
  expect(new Set(readings).size).toBe(fileParts.length);
  for (const reading of readings) expect(reading).toMatch(/^Nos équipes ont (?:lu|extrait) /);
  expect(document.body.textContent).not.toContain("adviser");
});

const cellsOf = async (browser: Browser, path: string = urls.accountActivity) =>
  [...(await browser.get(path)).document.querySelectorAll("tbody td")].map(({ textContent }) =>
    textContent!.replaceAll("\u00a0", " "),
  );

const firefox = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1";

test("a stranger's sign-in can be told from one's own: kind of browser, network, and the way in", async () => {
  const portal = await startPortal();
  const alice = portal.browser("192.0.2.17");
  const fields = { identifier: "10000001", password: demoPassword, remember: "on" };
  await alice.post(urls.login, fields, { "user-agent": firefox });
  alice.cookies.delete("session");
  await alice.get(urls.account, { "user-agent": firefox });
  const stranger = portal.browser("198.51.100.4");
  await stranger.post(urls.login, { ...fields, password: "Wrong-pass-1" }, { "user-agent": safari });
  await stranger.post(urls.login, { ...fields, remember: "" }, { "user-agent": safari });
  await stranger.post(urls.login, { identifier: "10000001", password: demoPassword }, { "user-agent": safari });
  await alice.post(urls.confirm, { password: "Wrong-pass-1" });
  expect((await cellsOf(alice)).slice(0, 6)).toEqual([
    "Connexion refusée, mauvais mot de passemot de passe redemandé pendant une session",
    "ConnexionSafari sur iPhone ou iPad, réseau 198.51.100.x, avec le mot de passe",
    "Connexion refusée, mauvais mot de passeSafari sur iPhone ou iPad, réseau 198.51.100.x",
    "ConnexionFirefox sur Linux, réseau 192.0.2.x, par un appareil mémorisé, sans mot de passe",
    "Appareil mémoriséFirefox sur Linux",
    "ConnexionFirefox sur Linux, réseau 192.0.2.x, avec le mot de passe",
  ]);
  expect((await cellsOf(alice, `${urls.accountActivity}?lang=en`))[1]).toBe(
    "Sign-inSafari on iPhone or iPad, network 198.51.100.x, with the password",
  );
});

test("each act shows what it is about: the list agreed to, the version, the case, the mail, the second step", async () => {
  const rows: Told[] = [
    [
      "consent.given",
      "member",
      { list: "newsletterSmeno", channel: "opening" },
      "Accord pour recevoir un type de messagesLes actualités SMENO, par e-mail, à l’ouverture de votre espace",
    ],
    ["charter.seen", "member", { version: 5 }, "Lecture de l’annonce d’une nouvelle charteversion 5"],
    [
      "charter.approved",
      "system",
      { version: 5, by: "silence", since: 1 },
      "Approbation de la nouvelle charteversion 5, sans contestation pendant 30 jours",
    ],
    [
      "charter.approved",
      "member",
      { version: 5, by: "use", since: 1 },
      "Approbation de la nouvelle charteversion 5, par l’utilisation de votre espace",
    ],
    [
      "charter.contested",
      "member",
      { version: 6, case: 12 },
      "Contestation de la nouvelle charteversion 6, dossier n° 12",
    ],
    [
      "mail.sent",
      "system",
      { messageId: "1.a", mail: "password.changed", attempts: 1, queuedAt: 1, answer: "250 ok" },
      "E-mail envoyéchangement de votre mot de passe",
    ],
    [
      "mail.dead",
      "system",
      { messageId: "1.a", mail: "invitation" },
      "E-mail qui n’a pas pu être remisinvitation à ouvrir votre espace",
    ],
    [
      "second-factor.added",
      "member",
      { kind: "totp" },
      "Ajout d’une deuxième étape de connexionApplication d’authentification",
    ],
    [
      "session.ended-elsewhere",
      "member",
      { all: true },
      "Fermeture d’une autre sessiontoutes les autres sessions et tous les autres appareils",
    ],
    ["account.frozen", "member", { by: "link" }, "Blocage de votre comptepar le lien d’un e-mail"],
    [
      "case.opened",
      "member",
      { case: 1, about: "phishing" },
      "Ouverture d’un dossier, à votre demandedossier n° 1, tentative de phishing",
    ],
    [
      "case.opened",
      "visitor",
      { case: 2, about: "lost" },
      "Ouverture d’un dossier, demandée par quelqu’un qui n’était pas connectédossier n° 2, identifiants perdus ou volés",
    ],
    [
      "case.opened",
      "staff",
      { case: 3, about: "lost" },
      "Ouverture d’un dossier, par nos équipesdossier n° 3, identifiants perdus ou volés",
    ],
    [
      "case.opened",
      "import",
      { case: 4, about: "identity_check" },
      "Ouverture d’un dossier, automatiquedossier n° 4, vérification de votre état civil",
    ],
    // Written before the journal said who asked.
    [
      "case.opened",
      "system",
      { case: 5, about: "charter_contest" },
      "Ouverture d’un dossier, à votre demandedossier n° 5, contestation de la charte",
    ],
    [
      "case.opened",
      "system",
      { case: 6, about: "lost" },
      "Ouverture d’un dossierdossier n° 6, identifiants perdus ou volés",
    ],
  ];
  await tellsEach(rows);
});

type Told = [EvidenceKind, Fact["actor"], NonNullable<Fact["details"]>, string];

/** The words of each fact in the journal of its owner. */
async function tellsEach(rows: Told[], language = "fr") {
  const portal = await startPortal();
  for (const [kind, actor, details] of rows) record(portal, { kind, memberId: "P0001", actor, details });
  const alice = await signedIn(portal, "alice");
  const cells = await cellsOf(alice, `${urls.accountActivity}?lang=${language}`);
  const told = cells.slice(1, rows.length + 1).reverse();
  expect(told).toEqual(rows.map(([, , , words]) => expect.stringMatching(new RegExp(`${words}$`))));
}

test("a change, a document, a password, a card: each says which, in the words of the dossier", async () => {
  const from = { label: "firefox/linux", network: "192.0.2.x" };
  const firefoxOn = "Firefox sur Linux, réseau 192.0.2.x";
  await tellsEach([
    [
      "change.requested",
      "member",
      { change: "c1", about: "iban", usage: "amc", ...from },
      `Demande de changement de vos coordonnéesCompte bancaire pour les remboursements de SMENO, ${firefoxOn}`,
    ],
    [
      "change.confirmed",
      "member",
      { change: "c2", about: "mobile" },
      "Confirmation d’une nouvelle adresse e-mail ou d’un mobileTéléphone mobile",
    ],
    [
      "change.cancelled",
      "system",
      { change: "c3", about: "email", by: "time" },
      "Annulation d’une demande de changementAdresse e-mail",
    ],
    [
      "change.settled",
      "import",
      { change: "c4", about: "address", result: "refused" },
      "Réponse à une demande de changementAdresse postale, demande refusée",
    ],
    [
      "change.settled",
      "import",
      { change: "c5", about: "iban", usage: "contributions", result: "applied" },
      "Réponse à une demande de changementCompte bancaire pour le prélèvement des cotisations, demande appliquée",
    ],
    [
      "certificate.issued",
      "member",
      { number: "AD-1", certificate: "rights", people: 2 },
      "Édition d’une attestationAttestation de droits à l’assurance maladie",
    ],
    [
      "document.downloaded",
      "member",
      { document: "form doctor", forSelf: false },
      "Téléchargement d’un formulaireChoix du médecin traitant",
    ],
    ["password.changed", "member", { by: "change" }, "Changement de votre mot de passedepuis votre espace"],
    ["password.changed", "member", { by: "reset" }, "Changement de votre mot de passeavec un lien reçu par e-mail"],
    [
      "vitale.declared",
      "member",
      { declaration: "D1", reason: "vol", ownCard: true },
      "Déclaration sur une carte VitaleVol",
    ],
    ["second-factor.refused", "visitor", from, `Deuxième étape de connexion refusée${firefoxOn}`],
  ]);
  await tellsEach(
    [
      [
        "change.requested",
        "member",
        { about: "iban", usage: "amo" },
        "Bank account for health insurance reimbursements",
      ],
      ["change.settled", "import", { about: "email", result: "applied" }, "E-mail address, request applied"],
      ["certificate.issued", "member", { certificate: "card" }, "Third-party payment card"],
      ["document.downloaded", "member", { document: "form accident" }, "Accident caused by a third party"],
      ["password.changed", "member", { by: "reset" }, "with a link received by e-mail"],
      ["vitale.declared", "member", { reason: "perte" }, "Loss"],
    ],
    "en",
  );
});

test("every form that is downloaded has its words", () => {
  expect(formNames).toEqual(printed);
});

test("nothing else of what was written is shown, whatever it is", async () => {
  const portal = await startPortal();
  const odd: Fact["details"][] = [
    { by: "__proto__", label: "<b>x</b>/toString", network: "<script>", at: 1, address: "203.0.113.77" },
    { label: "firefox", network: "203.0.113.77 secret", staff: "adviser@demo.example" },
    { about: "iban", usage: "FR7630004000", certificate: "toString", document: "form constructor", reason: "toString" },
    { about: "__proto__", result: "constructor", document: "form ", mobile: "secret", reason: 3 },
    { label: 5, version: "5", case: "7", mail: "constructor", list: "toString", kind: "hasOwnProperty", all: "yes" },
  ];
  const kinds = [
    "session.started",
    "case.opened",
    "charter.seen",
    "mail.sent",
    "consent.given",
    "second-factor.added",
    "second-factor.refused",
    "session.ended-elsewhere",
    "certificate.issued",
    "change.requested",
    "change.settled",
    "document.downloaded",
    "password.changed",
    "vitale.declared",
    "reimbursements.downloaded",
  ] as const;
  for (const kind of kinds)
    for (const details of odd) record(portal, { kind, memberId: "P0001", actor: "member", details: details! });
  const alice = await signedIn(portal, "alice");
  const page = await alice.get(urls.accountActivity);
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(
    /203\.0|FR76|secret|adviser|<b>|&lt;|__proto__|toString|constructor|hasOwnProperty|account:|devices:|changes:|forms:|vitale:/,
  );
});

test("every kind of mail that is sent about a member has its words", () => {
  const sent = new Set(
    productSources().flatMap(({ text }) =>
      [...text.matchAll(/queueMail\(\s*\w+,\s*\{[^}]*?kind: "([^"]+)"/g)].map(([, kind]) => kind),
    ),
  );
  expect(sent.size).toBeGreaterThan(15);
  expect([...sent].filter((kind) => !(mailKinds as readonly string[]).includes(kind!))).toEqual([]);
});

describe("4.8 one's own cases", () => {
  const cards = async (browser: Browser, path: string = urls.accountCases) =>
    [...(await browser.get(path)).document.querySelectorAll("main ul.cards > li")].map((card) => [
      card.querySelector("h2")!.textContent.replaceAll("\u00a0", " "),
      ...[...card.querySelectorAll("dd, .written")].map(({ textContent }) => textContent.replaceAll("\u00a0", " ")),
    ]);

  test("are one click from the account, with number, subject, opening, close and result; nobody else's are there", async () => {
    const portal = await startPortal();
    const [alice, bob] = [await signedIn(portal, "alice"), await signedIn(portal, "bob")];
    expect(
      (await alice.get(urls.account)).document.querySelector(`main a[href="${urls.accountCases}"]`),
    ).not.toBeNull();
    expect((await alice.get(urls.accountCases)).document.querySelector("main")?.textContent).toContain("Aucun dossier");
    const report = { kind: "phishing", email: "alice@demo.example", message: "Un appel." };
    await alice.post(urls.helpCredentials, report);
    await bob.post(urls.helpCredentials, report);
    const open = ["Dossier n° 1 – tentative de phishing", "23 novembre 2026 à 09:00"];
    expect(await cards(alice)).toEqual([[...open, "pas encore : nos équipes s’en occupent"]]);
    portal.advance({ hours: 3 });
    expect(closeCase(portal, 1, "Rien d’anormal.\n<b>Merci</b>").ok).toBe(true);
    const again = await signedIn(portal, "alice");
    expect(await cards(again)).toEqual([[...open, "23 novembre 2026 à 12:00", "Rien d’anormal.\n<b>Merci</b>"]]);
    expect((await cards(await signedIn(portal, "bob"))).map(([title]) => title)).toEqual([
      "Dossier n° 2 – tentative de phishing",
    ]);
  });

  test("a contest leads to its receipt", async () => {
    const portal = await startPortal();
    await publishCharter(portal, { number: 5, effectiveOn: "2027-01-01", text: "# Charte\n\nRègle.\n" });
    const alice = await signedIn(portal, "alice");
    const { location } = await alice.post(urls.charterContest, { version: "5", message: "Non." });
    const { document } = await alice.get(urls.accountCases);
    expect(document.querySelector(`main .cards a[href="${location}"]`)).not.toBeNull();
  });

  test("go on page after page, each once", async () => {
    const portal = await startPortal();
    write(portal.db, () => {
      for (let count = 0; count < 45; count++) openCase(portal, { kind: "lost", memberId: "P0001", content: {} });
    });
    const alice = await signedIn(portal, "alice");
    const shown: string[] = [];
    let address: string | null | undefined = urls.accountCases;
    while (address) {
      const { document } = await alice.get(address);
      shown.push(...[...document.querySelectorAll("main .cards h2")].map(({ textContent }) => textContent));
      address = document.querySelector('main a[href*="before="]')?.getAttribute("href");
    }
    expect([shown.length, new Set(shown).size]).toEqual([45, 45]);
    for (const query of ["before=", "before=x", "before=-1", "before=1&before=2", "before=9999999999999999"])
      expect([query, (await alice.get(`${urls.accountCases}?${query}`)).status]).toEqual([query, 400]);
  });
});

test("a long journal goes on page after page, each act once", async () => {
  const portal = await startPortal();
  const alice = await signedIn(portal, "alice");
  const facts = { kind: "reimbursements.downloaded", memberId: "P0001", actor: "member" } as const;
  for (let count = 0; count < 120; count++) record(portal, facts);
  const total = portal.db.$client.prepare("SELECT count(*) FROM evidence WHERE member_id = 'P0001'").pluck().get();
  let shown = 0;
  let address: string | null | undefined = urls.accountActivity;
  while (address) {
    const { document } = await alice.get(address);
    shown += document.querySelectorAll("tbody tr").length;
    address = document.querySelector('main a[href*="before="]')?.getAttribute("href");
  }
  expect(shown).toBe(total);
});

test.each(["before=", "before=x", "before=-1", "before=1e3", "before=1&before=2", "before=9999999999999999"])(
  "the journal refuses “%s” as malformed",
  async (query) => {
    const portal = await startPortal();
    const alice = await signedIn(portal, "alice");
    expect((await alice.get(`${urls.accountActivity}?${query}`)).status).toBe(400);
  },
);

test("a visitor is sent to sign in, and comes back", async () => {
  const portal = await startPortal();
  for (const path of [urls.account, urls.accountActivity, urls.accountCases]) {
    expect((await portal.browser().get(path)).location).toBe(`/login?next=${encodeURIComponent(path)}`);
  }
});
