-- What was published or told is not put in the place of another: an insert that replaces fires none of the guards above.
CREATE TRIGGER charter_versions_are_never_replaced BEFORE INSERT ON charter_versions
WHEN EXISTS (SELECT 1 FROM charter_versions WHERE number = NEW.number)
BEGIN SELECT raise(ABORT, 'a version of the charter never changes'); END;
CREATE TRIGGER evidence_is_never_replaced BEFORE INSERT ON evidence
WHEN EXISTS (SELECT 1 FROM evidence WHERE sequence = NEW.sequence)
BEGIN SELECT raise(ABORT, 'evidence is append only'); END;

-- From a mail to the facts that tell of it.
CREATE INDEX evidence_mails ON evidence (details ->> 'messageId') WHERE kind IN ('mail.sent', 'mail.dead');
