import { Window } from "happy-dom";
import { expect, test } from "vitest";
import { builtInOrganisation } from "../platform/organisation.ts";
import { composeMail, type MailInput } from "./mail-layout.ts";

const url = `https://espace.example/activate/${"t".repeat(43)}`;
const input: MailInput = {
  language: "fr",
  organisation: builtInOrganisation,
  origin: "https://espace.example",
  subject: "Créez votre accès",
  paragraphs: ["Vous pouvez maintenant ouvrir votre Espace Personnel. ".repeat(5).trim(), "Une ligne\nune autre"],
  action: { label: "Choisir mon mot de passe", url },
  after: ["Ce lien reste valable 15 jours."],
  stop: "security",
};

function page(html: string) {
  const window = new Window();
  window.document.write(html);
  return window.document;
}

test("the text part keeps to 76 columns, with the link alone on its line", () => {
  const { text } = composeMail(input);
  const lines = text.split("\n");
  expect(lines).toContain(url);
  expect(lines[lines.indexOf(url) - 1]).toBe("Choisir mon mot de passe\u00a0:");
  expect(lines.filter((line) => line !== url).every((line) => line.length <= 76)).toBe(true);
  expect(text).toContain("Une ligne\nune autre");
  expect(text.indexOf("15 jours")).toBeGreaterThan(text.indexOf(url));
});

test("the HTML part is in its language, with one title, the link, and nothing to fetch", () => {
  const { html } = composeMail(input);
  const document = page(html);
  expect(document.documentElement.lang).toBe("fr");
  expect(document.querySelectorAll("h1")).toHaveLength(1);
  expect(document.querySelector("h1")?.textContent).toBe(input.subject);
  expect(document.querySelectorAll("table, img, link, script, style, iframe")).toHaveLength(0);
  expect([...document.querySelectorAll("a")].map((link) => link.getAttribute("href"))).toEqual([url, url]);
  expect(document.querySelector("a")?.textContent).toBe("Choisir mon mot de passe");
  expect(html).not.toMatch(/url\(|src=/);
});

test("each mail says who sends it, that nobody asks for a password, and how to stop or why not", () => {
  const sentences = {
    fr: { password: "Personne ne vous demandera jamais votre mot de passe", never: "pas possible de s’y désabonner" },
    en: { password: "Nobody will ever ask you for your password", never: "You cannot unsubscribe" },
  };
  for (const language of ["fr", "en"] as const) {
    for (const stop of ["service", "security"] as const) {
      const { text, html } = composeMail({ ...input, language, stop });
      const read = page(html).body.textContent.replace(/\s+/g, " ");
      for (const part of [text.replace(/\s+/g, " "), read]) {
        expect(part).toContain(builtInOrganisation.fullName);
        expect(part).toContain("59 040 LILLE CEDEX");
        expect(part).toContain(builtInOrganisation.phone);
        expect(part).toContain(sentences[language].password);
        expect(part.includes(sentences[language].never)).toBe(stop === "security");
      }
      for (const part of [text, html])
        expect(part.includes("https://espace.example/preferences")).toBe(stop === "service");
      expect(text).not.toMatch(/\{\{|undefined|footer\./);
    }
  }
});

test("nothing given can become markup, in the title, the words or the addresses", () => {
  const evil = `"'><script>alert(1)</script><img src=x>&amp;`;
  const { html, text } = composeMail({
    ...input,
    subject: evil,
    paragraphs: [evil],
    after: [evil],
    action: { label: evil, url: `https://espace.example/?q="><script>` },
    organisation: { ...builtInOrganisation, name: evil, fullName: evil, serviceName: evil },
  });
  const document = page(html);
  expect(document.querySelectorAll("script, img")).toHaveLength(0);
  expect(document.querySelector("title")?.textContent).toBe(evil);
  expect(text).toContain(evil);
  expect(() => composeMail({ ...input, action: { label: "x", url: "javascript:alert(1)" } })).toThrow("web address");
});

test("a line end in a subject, and controls in the words, do not go through", () => {
  const { subject, text, html } = composeMail({
    ...input,
    subject: "Bonjour\r\nBcc: x@y.example",
    paragraphs: ["a\0b\u0007c\r\nd"],
  });
  expect(subject).toBe("Bonjour Bcc: x@y.example");
  expect(text).toContain("a b c\nd");
  expect(`${text}${html}`.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
});

test("the button is readable on a light and on a dark colour of the organisation", () => {
  const style = (colour: string) => composeMail({ ...input, organisation: { ...builtInOrganisation, colour } }).html;
  expect(style("#ffd500")).toContain("background: #ffd500; color: #000000");
  expect(style("#003d7c")).toContain("background: #003d7c; color: #ffffff");
});
