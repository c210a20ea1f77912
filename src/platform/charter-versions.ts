/**
 * SQL: the numbers of the versions of the charter overtaken before their day. A higher one applies by then, so that
 * they never come into force.
 */
export const overtakenVersions = `SELECT v.number FROM charter_versions v WHERE EXISTS (
  SELECT 1 FROM charter_versions h WHERE h.number > v.number AND h.effective_on <= v.effective_on)`;
