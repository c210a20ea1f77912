-- What many mails have in common, kept once: each of them names it in its sealed content by its hash, which is checked
-- when the mail is opened. Nothing personal stands in it.
CREATE TABLE mail_templates (
  sha256           BLOB NOT NULL PRIMARY KEY,
  content          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Text messages given up, and those that the gateway took and could not deliver, as staff looks at them.
CREATE INDEX texts_dead ON texts (settled_at) WHERE state = 'dead';
CREATE INDEX texts_not_delivered ON texts (delivered_at) WHERE delivery = 'failed';
