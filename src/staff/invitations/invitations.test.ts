import { expect, test } from "vitest";
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
  const csv = await browser.post(urls.staffLettersCsv);
  expect([csv.status, csv.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
  expect(csv.text.split("\r\n").slice(0, 2)).toEqual([
    "Numéro;Civilité;Prénoms;Nom;Adresse 1;Adresse 2;Adresse 3;Adresse 4;Adresse 5;Adresse 6;Pays",
    "20000001;MME;Nina;NEUF;;;;'=1+1;;59000 LILLE;FR",
  ]);
  const at = seconds(portal.clock);
  expect(factsOf(portal, "invitation.listed")).toEqual([
    { memberId: null, actor: "staff", details: { people: 1, file: at, staff: "adviser@demo.example" } },
  ]);
  expect((await browser.get(urls.staffLettersCsv)).status).toBe(404);
});

test("nobody is put in two files for the post; a file that was lost is given once more, with its trace", async () => {
  const { portal, adviser } = await invited();
  portal.db.$client.exec(`UPDATE members SET email = 'x@demo.example' WHERE email IS NULL;
    UPDATE members SET email = NULL WHERE member_id = 'N1'`);
  const browser = await adviser();
  const first = await browser.post(urls.staffLettersCsv);
  const page = await browser.get(urls.staffLetters);
  expect(rowsOn(page).map((cells) => cells.slice(0, 2))).toEqual([["23 novembre 2026 à 09:00", "1"]]);
  const nobody = await browser.post(urls.staffLettersCsv);
  expect([nobody.status, nobody.location]).toEqual([303, urls.staffLetters]);

  portal.db.$client.exec(`INSERT INTO members (member_id, member_number, birth_name, first_names, birth_date, is_affiliate,
    is_subscriber, joined_on, version, digest) VALUES ('N2', '20000002', 'NEUF', 'Paul', '2005-01-01', 1, 1, '2026-11-01', 1, x'00')`);
  const second = await browser.post(urls.staffLettersCsv);
  expect([second.text.includes("20000001"), second.text.split("\r\n").filter(Boolean)]).toEqual([
    false,
    [expect.any(String), expect.any(String)],
  ]);
  const files = [...(await browser.get(urls.staffLetters)).document.querySelectorAll('button[name="file"]')];
  const names = files.map((button) => button.getAttribute("value")!);
  const at = seconds(portal.clock);
  // Two files of one second have two names.
  expect(names).toEqual([String(at + 1), String(at)]);
  const again = await browser.post(urls.staffLettersCsv, { file: names[1]! });
  expect(again.text).toBe(first.text);
  expect(factsOf(portal, "invitation.listed").at(-1)).toMatchObject({ details: { people: 1, file: at, again: true } });
  expect((await browser.post(urls.staffLettersCsv, { file: "7" })).status).toBe(404);
  expect((await browser.post(urls.staffLettersCsv, { file: "x" })).status).toBe(400);
});

test("two who ask for a file at once get two halves, not one twice", async () => {
  const { portal, adviser } = await invited();
  portal.db.$client.exec("UPDATE members SET email = NULL, letter_listed_at = NULL WHERE member_id = 'N1'");
  const browser = await adviser();
  const [one, other] = await Promise.all([browser.post(urls.staffLettersCsv), browser.post(urls.staffLettersCsv)]);
  expect([one.status, other.status].sort()).toEqual([200, 303]);
});
