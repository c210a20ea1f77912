import { HtmlValidate } from "html-validate";

/** What a page of ours must be by the rules of HTML. */
export const validator = new HtmlValidate({
  extends: ["html-validate:standard", "html-validate:a11y", "html-validate:document"],
  rules: {
    // The summary of the faults stands before the title of the page.
    "heading-level": ["error", { minInitialRank: "h2" }],
    // Written by the template library: valid, only not the validator's taste.
    "void-style": "off",
    "attribute-boolean-style": "off",
    "attribute-empty-style": "off",
    "no-trailing-whitespace": "off",
    "long-title": "off",
    "tel-non-breaking": "off",
    "require-sri": "off",
    "doctype-style": "off",
    // Some screen readers read what describes a group of boxes only when its role is written out.
    "no-redundant-role": "off",
  },
});
