import { afterAll, describe, expect, test } from "vitest";
import { demoFolder, killServers, linkIn, removeFolders, runtimes, startServer } from "../kit/server.ts";
import { emma, farid, fieldsOf, mailAfter, password, questionIn } from "./registering.ts";
import { visitor } from "./visitor.ts";

afterAll(() => {
  killServers();
  removeFolders();
});

describe.each(runtimes)("on %s", (runtime) => {
  test("Emma registers, follows the link of her mail and signs in; nobody learns that she could", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const browser = visitor(server);
    expect((await browser.post("/register")).status).toBe(422);
    const stranger = await browser.post("/register", {
      ...fieldsOf(emma),
      identifier: "99999999",
      email: "x@x.example",
    });
    const mail = await mailAfter(server, emma.email, async () => {
      const sent = await browser.post("/register", fieldsOf(emma));
      expect([sent.status, sent.location, sent.text]).toEqual([stranger.status, stranger.location, stranger.text]);
    });
    expect(mail.html).toContain(">validez votre inscription</a>");
    expect((await server.waitForMail("x@x.example")).text).toContain("Nous n’avons trouvé aucun dossier");

    const early = await browser.signIn(emma.identifier, password);
    expect([early.status, early.document.querySelector("h1")?.textContent]).toEqual([
      403,
      "Validez d’abord votre inscription",
    ]);
    const again = await mailAfter(server, emma.email, async () => {
      expect((await browser.post("/login/resend", { resend: "on" })).location).toBe("/register?resent");
    });
    expect((await browser.get(linkIn(mail))).status).toBe(410);
    expect((await browser.get(linkIn(again))).status).toBe(200);
    expect((await browser.post(linkIn(again), { confirm: "on" })).location).toBe("/login?confirmed");
    expect((await browser.signIn(emma.identifier, password)).location).toBe("/dashboard");
    await server.stop();
    const said = server.errors() + JSON.stringify(server.log());
    for (const secret of [password, linkIn(again).split("/").at(-1)!, emma.email]) expect(said).not.toContain(secret);
  });

  test("Farid is a minor: his mother's answer opens his account", async () => {
    const server = await startServer({ runtime, dataDir: await demoFolder() });
    const [his, hers] = [visitor(server), visitor(server)];
    await his.post("/register", fieldsOf(farid()));
    const link = linkIn(await server.waitForMail("farid@demo.example"));
    expect((await his.post(link)).location).toBe("/register?awaiting");
    expect((await his.signIn("10000006", password)).status).toBe(403);
    const question = questionIn(await server.waitForMail("nadia@home.example"));
    expect((await hers.get(question)).document.querySelector("main")?.textContent).toContain("Farid B.");
    expect((await hers.post(question, { decision: "accept" })).location).toBe("/guardian/answered/accept");
    expect((await his.signIn("10000006", password)).location).toBe("/dashboard");
    await server.stop();
  });
});
