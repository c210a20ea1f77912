-- What many mails have in common, kept once: each of them names it in its sealed content by its hash, which is checked
-- when the mail is opened. Nothing personal stands in it.
CREATE TABLE mail_templates (
  sha256           BLOB NOT NULL PRIMARY KEY,
  content          TEXT NOT NULL
) STRICT, WITHOUT ROWID;
