import { afterAll, describe, expect, test } from "vitest";
import { demoFolder, espace, killServers, removeFolders, runtimes, startServer, until } from "../kit/server.ts";
import { type Answer, visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

const main = ({ document }: Answer) => (document.querySelector("main")?.textContent ?? "").replace(/\s+/g, " ").trim();

/** Where the link of a page leads that begins with these words. */
function linkOf({ document }: Answer, words: string): string {
  const link = [...document.querySelectorAll("a")].find(({ textContent }) => textContent?.trim().startsWith(words));
  return link!.getAttribute("href")!;
}

describe.each(runtimes)("on %s", (runtime) => {
  test("5.5 an error in a payment is told from its line, answered from the command line and read on the page alone", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const thread = (...args: string[]) => espace(runtime, ["thread", ...args], { DATA_DIR: server.dataDir });
    const [alice, bob, nobody] = [visitor(server), visitor(server), visitor(server)];
    const ways = await nobody.get(linkOf(await nobody.get("/"), "nous contacter par e-mail"));
    expect(main(ways)).toContain("par téléphone au 09 72 67 60 00");
    expect((await nobody.post("/contact", { subject: "a", message: "b" })).location).toMatch(/^\/login/);

    await alice.signIn("10000001");
    await bob.signIn("10000002");
    const payment = await alice.get("/reimbursements/AMOEX02");
    const form = await alice.get(linkOf(payment, "Signaler une erreur"));
    const about = form.document.querySelector("input[name=about]")!.getAttribute("value")!;
    const subject = form.document.querySelector("#subject")!.getAttribute("value")!;
    expect(about).toMatch(/^\/reimbursements\/AMOEX02#/);
    expect(subject).toMatch(/^Erreur.: votre paiement du 13 novembre 2025, soins du /);
    expect((await bob.get(linkOf(payment, "Signaler une erreur"))).status).toBe(404);

    const words = "Ce soin n’est pas le mien. IBAN FR76 3000 4001 2300 0045 6789 04";
    const fields = { topic: "rights", subject, message: words, about };
    const twice = await Promise.all([alice.post("/contact", fields), alice.post("/contact", fields)]);
    expect(twice.map(({ status, location }) => [status, location])).toEqual([
      [303, "/messages/1/receipt"],
      [303, "/messages/1/receipt"],
    ]);
    const receipt = await alice.get("/messages/1/receipt");
    expect(main(receipt)).toContain("Votre message n° 1 est bien reçu");
    expect(main(receipt)).toContain("nous vous répondons au plus tard le");
    expect(main(receipt)).toContain(words);
    const mailOf = (words: string) =>
      until(async () => (await server.mails("alice@demo.example")).find((mail) => mail.subject?.includes(words)));
    const proof = await mailOf("est bien reçu");
    expect(proof.text).toContain("/messages/1/receipt");
    expect(`${proof.text}${proof.html}`).not.toMatch(/n’est pas le mien|FR76|13 novembre/);

    const listed = await thread("list", "--json");
    expect(JSON.parse(listed.output).threads).toMatchObject([{ threadId: 1, topic: "rights", state: "open", about }]);
    const shown = await thread("show", "1");
    expect(shown.output).toContain("Ce soin n’est pas le mien. IBAN FR76…");
    expect(await thread("show", "2")).toMatchObject({ code: 1, errors: "There is no conversation 2.\n" });
    expect(await thread("answer", "1", "--text", "Vous avez raison.", "--close")).toMatchObject({
      code: 0,
      errors: "",
    });
    expect((await thread("answer", "1", "--text", "Encore")).code).toBe(1);
    const told = await mailOf("Une réponse à votre message n° 1 vous attend");
    expect(`${told.text}${told.html}`).not.toContain("Vous avez raison");

    const dashboard = await alice.get("/dashboard");
    expect(main(dashboard)).toContain("Vous avez 1 réponse à lire.");
    const conversation = await alice.get("/messages/1");
    expect(main(conversation)).toContain("Vous avez raison.");
    expect(main(conversation)).toContain("Cet échange est terminé depuis le");
    expect((await alice.post("/messages/1", { message: "Merci" })).status).toBe(409);
    expect((await alice.post("/messages/1/read")).location).toBe("/messages/1");
    expect(main(await alice.get("/dashboard"))).not.toContain("à lire");
    expect(main(await alice.get("/account/activity"))).toContain("Nos équipes ont lu vos messages");

    for (const path of ["/messages/1", "/messages/1/receipt"]) expect((await bob.get(path)).status).toBe(404);
    expect((await bob.post("/messages/1", { message: "Moi" })).status).toBe(404);
    expect(main(await bob.get("/messages"))).toContain("Vous ne nous avez pas encore écrit ici.");

    await server.stop();
    const said = server.errors() + server.log().map((line) => JSON.stringify(line));
    for (const secret of ["n’est pas le mien", "FR76", "raison", "AMOEX02"]) expect(said).not.toContain(secret);
  });
});
