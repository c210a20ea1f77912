-- What many mails have in common, kept once: each of them names it in its sealed content by its hash, which is checked
-- when the mail is opened. Nothing personal stands in it.
CREATE TABLE mail_templates (
  sha256           BLOB NOT NULL PRIMARY KEY,
  content          TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Text messages given up, and those that the gateway took and could not deliver, as staff looks at them.
CREATE INDEX texts_dead ON texts (settled_at) WHERE state = 'dead';
CREATE INDEX texts_not_delivered ON texts (delivered_at) WHERE delivery = 'failed';

-- When somebody was put in a file for a mailing by post: once, whatever the number of files. The moment names the file.
ALTER TABLE members ADD COLUMN letter_listed_at INTEGER;
DROP INDEX members_without_mail;
CREATE INDEX members_without_mail ON members (member_id)
  WHERE email IS NULL AND joined_on IS NOT NULL AND deceased = 0 AND ended = 0 AND letter_listed_at IS NULL;
CREATE INDEX members_listed ON members (letter_listed_at, member_id) WHERE letter_listed_at IS NOT NULL;
