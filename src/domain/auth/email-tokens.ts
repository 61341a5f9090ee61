import type { TxContext } from '../../context.ts'
import { hourMs } from '../../lib/time.ts'
import {
  countEmailTokens,
  insertEmailToken,
  lockEmailToken,
  useEmailTokens,
  type EmailPurpose,
  type EmailToken,
} from '../../store/email-tokens.ts'
import { digestToken } from './digest-token.ts'
import { newSecret } from './new-secret.ts'

/** How long the link of a mail holds. */
const emailTokenMs: Record<EmailPurpose, number> = { confirm: 7 * 24 * hourMs, reset: 2 * hourMs }

/** So many mails with a link go to one account or one address in an hour. */
const perHour = 5

/** @returns the secret for a link, or undefined when the account or the address was sent enough of them lately */
export async function issueEmailToken(
  tx: TxContext,
  accountId: string,
  purpose: EmailPurpose,
  email: string,
): Promise<string | undefined> {
  const now = tx.now()
  if ((await countEmailTokens(tx.db, accountId, email, new Date(now.getTime() - hourMs))) >= perHour)
    return undefined
  const token = newSecret()
  const tokenDigest = digestToken(token)
  await insertEmailToken(tx.db, { tokenDigest, accountId, purpose, email, createdAt: now })
  return token
}

/** What a link proves, if it holds: it and its like hold no more after that. */
export async function redeemEmailToken(
  tx: TxContext,
  token: string,
  purpose: EmailPurpose,
): Promise<EmailToken | undefined> {
  const found = await findEmailToken(tx, token, purpose)
  if (found !== undefined) await useEmailTokens(tx.db, found.accountId, purpose, tx.now())
  return found
}

/** The same, and it goes on to hold. */
export async function findEmailToken(
  tx: TxContext,
  token: string,
  purpose: EmailPurpose,
): Promise<EmailToken | undefined> {
  if (!/^[\w-]{43}$/.test(token)) return undefined
  const since = new Date(tx.now().getTime() - emailTokenMs[purpose])
  return lockEmailToken(tx.db, digestToken(token), purpose, since)
}
