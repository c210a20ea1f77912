import type { Browser } from "./browser.ts";
import type { Portal } from "./portal.ts";

/** Signs in a person of the demo, with an account made for them if they have none; the password is that of the demo. */
export async function signInAs(portal: Portal, memberId: string): Promise<Browser> {
  const { $client } = portal.db;
  $client
    .prepare(
      `INSERT INTO accounts (id, member_id, status, email, language, created_at, activated_at)
       SELECT 'of ' || member_id, member_id, 'active', coalesce(email, 'own@demo.example'), 'fr', 0, 0
       FROM members WHERE member_id = ? ON CONFLICT DO NOTHING`,
    )
    .run(memberId);
  $client
    .prepare(
      `INSERT INTO credentials (account_id, password_hash, changed_at)
       SELECT 'of ' || @memberId, c.password_hash, 0 FROM credentials c JOIN accounts a ON a.id = c.account_id
       WHERE a.member_id = 'P0001' AND EXISTS (SELECT 1 FROM accounts WHERE id = 'of ' || @memberId)
       ON CONFLICT DO NOTHING`,
    )
    .run({ memberId });
  const number = $client
    .prepare<[string], string>("SELECT coalesce(member_number, affiliate_number) FROM members WHERE member_id = ?")
    .pluck()
    .get(memberId);
  const browser = portal.browser();
  const { status } = await browser.signIn(number!);
  if (status !== 303) throw new Error(`${memberId} cannot sign in: ${status}`);
  return browser;
}
