import { expect, test } from "vitest";
import { startPortal } from "../../../test/kit/portal.ts";
import { urls } from "../../web/urls.ts";
import { atOnce, factsOf, faults, linksOn, mailsOf, main, rowsOn, seenOn } from "../queue/queue-kit.ts";

async function written() {
  const portal = await startPortal();
  const [alice, bob] = [portal.browser(), portal.browser("127.0.0.3")];
  await alice.signIn("alice");
  await bob.signIn("bob");
  await alice.post(urls.contact, {
    topic: "file",
    subject: "Mon adresse",
    message: "Elle est fausse",
    about: "/dossier#address",
  });
  portal.advance({ minutes: 2 });
  await bob.post(urls.contact, { topic: "rights", subject: "Mes droits", message: "Je m’oppose" });
  const [adviser, admin] = [await portal.staffBrowser("adviser"), await portal.staffBrowser("admin", "127.0.0.2")];
  return { portal, alice, bob, adviser, admin };
}

const path = urls.staffThread(1);

test("5.5 messages wait with their age, the oldest first; errors in data and topics can be asked for", async () => {
  const { portal, adviser } = await written();
  portal.advance({ minutes: 1 });
  const list = await adviser.get(urls.staffMessages);
  expect(rowsOn(list).map((cells) => cells.at(-1))).toEqual(["3 minutes", "1 minute"]);
  expect(rowsOn(list)[0]![0]).toBe("N° 1, erreur signalée : Dossier : état civil, droits, contrat, coordonnées");
  expect(linksOn(await adviser.get(`${urls.staffMessages}?about=errors`))).toEqual([path]);
  expect(linksOn(await adviser.get(`${urls.staffMessages}?about=rights`))).toEqual([urls.staffThread(2)]);
  expect(linksOn(await adviser.get(`${urls.staffMessages}?about=account`))).toEqual([]);
  expect((await adviser.get(`${urls.staffMessages}?about=x`)).status).toBe(400);
});

test("5.5 reading is told to the member, an answer by a mail without its words; then nothing waits", async () => {
  const { portal, alice, adviser } = await written();
  const page = await adviser.get(path);
  expect(main(page)).toContain("Elle est fausse");
  expect(main(page)).toContain("Adresse postale");
  expect(factsOf(portal, "file.read")).toEqual([
    { memberId: "P0001", actor: "staff", details: { staff: "adviser@demo.example", what: "messages" } },
  ]);
  expect(main(await alice.get("/account/activity"))).toContain("Nos équipes ont lu vos messages");
  const sent = await adviser.post(path, { seen: seenOn(page), decision: "answer", reason: "C’est corrigé." });
  expect(sent.location).toBe(`${urls.staffMessages}?done=told`);
  expect(mailsOf(portal, "message.answered")).toHaveLength(1);
  expect(mailsOf(portal, "message.answered")[0]!.text).not.toContain("corrigé");
  const shown = await alice.get(urls.thread(1));
  expect([main(shown).includes("C’est corrigé."), shown.text.includes("adviser@")]).toEqual([true, false]);
  expect(main(await adviser.get(path))).toContain("adviser@demo.example, le 23 novembre 2026");
  expect(linksOn(await adviser.get(urls.staffMessages))).toEqual([urls.staffThread(2)]);
  expect(rowsOn(await adviser.get(`${urls.staffMessages}?state=closed`))[0]![2]).toBe("répondu");
  for (const about of ["errors", "file"])
    expect(linksOn(await adviser.get(`${urls.staffMessages}?state=closed&about=${about}`))).toEqual([path]);
  // The member writes again: it waits again, from then on.
  portal.advance({ minutes: 3 });
  await alice.post(urls.thread(1), { message: "Merci, mais…" });
  portal.advance({ minutes: 2 });
  const again = await adviser.get(urls.staffMessages);
  expect(rowsOn(again).map((cells) => cells.at(-1))).toEqual(["5 minutes", "2 minutes"]);
});

test("what the member has written since is a conflict: the answer is kept, to be sent again", async () => {
  const { portal, alice, adviser } = await written();
  const seen = seenOn(await adviser.get(path));
  portal.advance({ minutes: 2 });
  await alice.post(urls.thread(1), { message: "J’ai trouvé, merci" });
  const fields = { seen, decision: "close", reason: "Ma longue réponse" };
  const conflict = await adviser.post(path, fields);
  expect([conflict.status, conflict.document.querySelector("textarea")?.textContent]).toEqual([
    409,
    "Ma longue réponse",
  ]);
  expect(main(conflict)).toMatch(/La personne elle-même, le 23 novembre 2026 à 09:04 : nouveau message/);
  expect(main(conflict)).toContain("J’ai trouvé, merci");
  expect(conflict.document.querySelector("h1")?.textContent).toBe("La personne a écrit entre-temps");
  expect(mailsOf(portal, "message.answered")).toEqual([]);
  expect((await adviser.post(path, { ...fields, seen: seenOn(conflict) })).status).toBe(303);
  expect(rowsOn(await adviser.get(`${urls.staffMessages}?state=closed`))[0]![2]).toBe("clos");
  // Closed: nothing more can be said, and what was typed is shown.
  const late = await adviser.post(path, { ...fields, seen: seenOn(conflict) });
  expect([late.status, late.document.querySelector("#typed")?.textContent.trim()]).toEqual([409, "Ma longue réponse"]);
  expect(main(late)).toContain("conversation close");
  expect(late.document.querySelector("h1")?.textContent).toBe("Quelqu’un a décidé entre-temps");
});

test("of 20 answers at once one is sent, 19 are told of it: one message, one mail", async () => {
  const { portal, adviser, admin } = await written();
  const fields = { seen: seenOn(await adviser.get(path)), decision: "answer", reason: "Une réponse" };
  const { won, conflicts, others } = await atOnce([adviser, admin], path, fields);
  expect([won, conflicts.length, others]).toEqual([1, 19, []]);
  const answers = portal.db.$client.prepare("SELECT staff FROM messages WHERE author = 'staff'").all();
  expect([answers.length, mailsOf(portal, "message.answered").length]).toEqual([1, 1]);
});

test("odd values are refused, and what a member typed is hidden where it is a secret number", async () => {
  const { adviser, bob } = await written();
  const seen = seenOn(await adviser.get(path));
  const empty = await adviser.post(path, { seen, decision: "answer", reason: " " });
  expect([empty.status, faults(empty)]).toEqual([422, ["reason"]]);
  expect((await adviser.post(path, { seen, decision: "open", reason: "x" })).status).toBe(422);
  for (const reason of ["Votre n° 2 02 03 59 350 123 50", "Votre IBAN est FR 76 3000 4001 2300 0045 6789 043"]) {
    const secret = await adviser.post(path, { seen, decision: "answer", reason });
    expect([secret.status, faults(secret)]).toEqual([422, ["reason"]]);
  }
  expect((await adviser.post(path, { seen: "x", decision: "answer", reason: "x" })).status).toBe(400);
  expect((await adviser.post(urls.staffThread(99), { seen, decision: "answer", reason: "x" })).status).toBe(404);
  expect((await adviser.get("/staff/messages/0")).status).toBe(404);
  await bob.post(urls.thread(2), { message: "Mon numéro : 2 02 03 59 350 123 50 et FR7630004001230000045678904" });
  const { text } = await adviser.get(urls.staffThread(2));
  expect([text.includes("350 123"), text.includes("45678904")]).toEqual([false, false]);
});
