import { describe, expect, test } from "vitest";
import { type Portal, startPortal } from "../../../test/kit/portal.ts";
import { invitationSeconds, inviteOnce } from "../../domain/invitations.ts";
import { seconds } from "../../lib/clock.ts";
import { urls } from "../../web/urls.ts";
import { atOnce, factsOf, main, rowsOn } from "../queue/queue-kit.ts";

const file = "new@demo.example";

/** Somebody new, invited today; of the demo, nobody waits. */
async function invited() {
  const portal = await startPortal();
  const { $client } = portal.db;
  $client.exec(`UPDATE invitations SET used_at = 1;
    INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate, is_subscriber,
      joined_on, version, digest, email)
    VALUES ('N1', '20000001', 'NEUF', 'Nina', '2005-01-01', 1, 1, '2026-11-01', 1, x'00', '${file}')`);
  inviteOnce(portal, "N1");
  const adviser = async () => portal.staffBrowser("adviser");
  return { portal, adviser };
}

const namesOn = (page: Parameters<typeof rowsOn>[0]) => rowsOn(page).map(([name]) => name);
const invitations = (portal: Portal) => portal.mailsTo(file).filter(({ kind }) => kind === "invitation");
const formOn = (page: Awaited<ReturnType<Awaited<ReturnType<Portal["staffBrowser"]>>["get"]>>) =>
  Object.fromEntries(
    [...page.document.querySelectorAll("tbody form input")].map((input) => [
      input.getAttribute("name")!,
      input.getAttribute("value")!,
    ]),
  );

test("1.3 a link is over after 15 days to the second, and waits here with its age until a new one leaves", async () => {
  const { portal, adviser } = await invited();
  portal.advance({ seconds: invitationSeconds - 1 });
  const early = await adviser();
  expect([
    namesOn(await early.get(urls.staffInvitations)),
    namesOn(await early.get(`${urls.staffInvitations}?state=running`)),
  ]).toEqual([[], ["Nina NEUF (20000001)"]]);
  portal.advance({ seconds: 1 });
  const page = await early.get(urls.staffInvitations);
  expect([namesOn(page), namesOn(await early.get(`${urls.staffInvitations}?state=running`))]).toEqual([
    ["Nina NEUF (20000001)"],
    [],
  ]);
  expect(main(page)).toContain("(15 jours)");
  expect(main(await early.get(urls.staff))).toContain(
    "InvitationsLes invitations dont le lien ne vaut plus, et les personnes sans e-mail.1moins d’une minute",
  );
  expect((await early.post(urls.staffInvite, formOn(page))).location).toBe(`${urls.staffInvitations}?done=sent`);
  expect(invitations(portal)).toHaveLength(2);
  expect(factsOf(portal, "invitation.queued").at(-1)).toMatchObject({
    memberId: "N1",
    actor: "staff",
    details: { staff: "adviser@demo.example" },
  });
  expect(namesOn(await early.get(urls.staffInvitations))).toEqual([]);
});

test("nobody is invited twice in a day, by whomever: of 20 one wins", async () => {
  const { portal, adviser } = await invited();
  portal.advance({ hours: 23, minutes: 59, seconds: 59 });
  const [first, second] = [await adviser(), await portal.staffBrowser("admin", "127.0.0.2")];
  const running = `${urls.staffInvitations}?state=running`;
  const early = await first.post(urls.staffInvite, formOn(await first.get(running)));
  expect([early.status, main(early).includes("Une invitation est déjà partie le 23 novembre 2026 à 09:00")]).toEqual([
    409,
    true,
  ]);
  portal.advance({ seconds: 1 });
  const fields = formOn(await first.get(running));
  const { won, conflicts, others } = await atOnce([first, second], urls.staffInvite, fields);
  expect([won, conflicts.length, others, invitations(portal).length]).toEqual([1, 19, [], 2]);
});

test("who has opened the account meanwhile, left or lost the address is not invited again", async () => {
  const { portal, adviser } = await invited();
  portal.advance({ days: 16 });
  const browser = await adviser();
  const fields = formOn(await browser.get(urls.staffInvitations));
  for (const change of ["deceased = 1", "deceased = 0, ended = 1", "ended = 0, email = NULL"]) {
    portal.db.$client.exec(`UPDATE members SET ${change} WHERE member_id = 'N1'`);
    expect([change, (await browser.post(urls.staffInvite, fields)).status]).toEqual([change, 409]);
    expect(namesOn(await browser.get(urls.staffInvitations))).toEqual([]);
  }
  expect((await browser.post(urls.staffInvite, { ...fields, member: "nobody" })).status).toBe(404);
  expect((await browser.post(urls.staffInvite, { member: "a b", seen: "1" })).status).toBe(400);
  expect((await browser.post(urls.staffInvite, { member: "N1" })).status).toBe(400);
  expect(invitations(portal)).toHaveLength(1);
});

test("an account that was opened and deleted is not pestered", async () => {
  const { portal, adviser } = await invited();
  const token = /\/activate\/([\w-]{43})/.exec(invitations(portal)[0]!.text)![1]!;
  const nina = portal.browser("127.0.0.9");
  const opened = await nina.post(urls.activate(token), {
    password: "Xk7!vert-Pomme",
    passwordAgain: "Xk7!vert-Pomme",
    charter: "on",
  });
  expect(opened.status).toBe(303);
  await nina.signIn("20000001", "Xk7!vert-Pomme");
  await nina.post(urls.accountDelete, { password: "Xk7!vert-Pomme", confirm: "on" });
  portal.advance({ days: 16 });
  expect(portal.db.$client.prepare("SELECT 1 FROM accounts WHERE member_id = 'N1'").get()).toBeUndefined();
  expect(namesOn(await (await adviser()).get(urls.staffInvitations))).toEqual([]);
});

test("people without e-mail are listed for the post, as a file that a spreadsheet does not run, and the journal says so", async () => {
  const { portal, adviser } = await invited();
  portal.db.$client.exec(`UPDATE members SET email = NULL, title = 'MME', address_4 = '=1+1', address_6 = '59000 LILLE', country = 'FR'
    WHERE member_id = 'N1'; UPDATE members SET email = 'x@demo.example' WHERE email IS NULL AND member_id <> 'N1'`);
  const browser = await adviser();
  const page = await browser.get(urls.staffLetters);
  expect(rowsOn(page)).toEqual([["Nina NEUF (20000001)", "59000 LILLE"]]);
  const at = seconds(portal.clock);
  expect((await browser.post(urls.staffLettersCsv)).location).toBe(`${urls.staffLetters}?made=${at}`);
  const csv = await browser.post(urls.staffLettersCsv, { file: String(at) });
  expect([csv.status, csv.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
  expect(csv.headers.get("content-disposition")).toContain(`invitations-2026-11-23-${at}.csv`);
  expect(csv.text.split("\r\n").slice(0, 2)).toEqual([
    "Numéro;Civilité;Prénoms;Nom;Adresse 1;Adresse 2;Adresse 3;Adresse 4;Adresse 5;Adresse 6;Pays",
    "20000001;MME;Nina;NEUF;;;;'=1+1;;59000 LILLE;FR",
  ]);
  const details = { people: 1, file: at, staff: "adviser@demo.example" };
  expect(factsOf(portal, "invitation.listed")).toEqual([
    { memberId: null, actor: "staff", details },
    { memberId: null, actor: "staff", details: { ...details, downloaded: true } },
  ]);
  expect((await browser.get(urls.staffLettersCsv)).status).toBe(404);
});

describe("a file for the post", () => {
  /** Of everybody, Nina alone is to be written to. */
  async function onlyNina() {
    const { portal, adviser } = await invited();
    portal.db.$client.exec(`UPDATE members SET email = 'x@demo.example' WHERE email IS NULL;
      UPDATE members SET email = NULL WHERE member_id = 'N1'`);
    const browser = await adviser();
    const make = async () => (await browser.post(urls.staffLettersCsv)).location!;
    const filesOn = async (path: string = urls.staffLetters) =>
      [...(await browser.get(path)).document.querySelectorAll('main td button[name="file"]')].map((button) =>
        Number(button.getAttribute("value")),
      );
    const download = (file: number) => browser.post(urls.staffLettersCsv, { file: String(file) });
    return { portal, browser, make, filesOn, download, at: seconds(portal.clock) };
  }

  test("holds nobody of another, even made in the same second; it is given as often as needed", async () => {
    const { portal, browser, make, filesOn, download, at } = await onlyNina();
    const made = await browser.get(await make());
    expect(main(made)).toContain(`Le fichier invitations-2026-11-23-${at}.csv est fait`);
    expect(await make()).toBe(urls.staffLetters);
    portal.db.$client.exec(`INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
      is_subscriber, joined_on, version, digest)
      VALUES ('N2', '20000002', 'NEUF', 'Paul', '2005-01-01', 1, 1, '2026-11-01', 1, x'00')`);
    await make();
    expect(await filesOn()).toEqual([at + 1, at]);
    const [first, again, second] = [await download(at), await download(at), await download(at + 1)];
    expect([first.text.includes("20000001"), first.text.includes("20000002"), again.text]).toEqual([
      true,
      false,
      first.text,
    ]);
    expect([second.text.includes("20000001"), second.text.includes("20000002")]).toEqual([false, true]);
    expect((await download(7)).status).toBe(404);
    expect((await browser.post(urls.staffLettersCsv, { file: "x" })).status).toBe(400);
  });

  test.each([
    "UPDATE members SET deceased = 1 WHERE member_id = 'N1'",
    "UPDATE members SET ended = 1 WHERE member_id = 'N1'",
    "UPDATE members SET email = 'nina@demo.example' WHERE member_id = 'N1'",
    "INSERT INTO accounts (id, member_id, status, email, created_at, activated_at) VALUES ('n1', 'N1', 'active', 'n@demo.example', 1, 1)",
  ])("no longer holds who must not be written to: %s", async (change) => {
    const { portal, make, download, at } = await onlyNina();
    await make();
    portal.db.$client.exec(change);
    expect((await download(at)).status).toBe(404);
  });

  test("asked for twice at once is made once", async () => {
    const { make, filesOn, at } = await onlyNina();
    const made = await Promise.all([make(), make()]);
    expect(made.sort()).toEqual([urls.staffLetters, `${urls.staffLetters}?made=${at}`]);
    expect(await filesOn()).toEqual([at]);
  });

  test("stands on its page however many came after it", async () => {
    const { portal, browser, filesOn } = await onlyNina();
    const add =
      portal.db.$client.prepare(`INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
      is_subscriber, joined_on, version, digest, letter_listed_at)
      VALUES (?, ?, 'NEUF', 'Paul', '2005-01-01', 1, 1, '2026-11-01', 1, x'00', ?)`);
    for (let file = 1; file <= 25; file++) add.run(`N${file + 10}`, String(30_000_000 + file), file);
    const older = [...(await browser.get(urls.staffLetters)).document.querySelectorAll("main a")].at(-1)!;
    expect(await filesOn(older.getAttribute("href")!)).toEqual([5, 4, 3, 2, 1]);
  });
});
