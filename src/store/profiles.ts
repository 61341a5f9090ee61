import { sql } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { Emoji, ProfileField } from '../db/json.ts'
import type { UserRole } from './users.ts'

export type ProfileChanges = {
  readonly displayName?: string | undefined
  readonly summary?: string | undefined
  readonly locked?: boolean | undefined
  readonly type?: 'Person' | 'Service' | undefined
  readonly discoverable?: boolean | undefined
  readonly indexable?: boolean | undefined
  readonly fields?: readonly ProfileField[] | undefined
  /** Those that the texts use. */
  readonly emojis?: readonly Emoji[] | undefined
  /** A path of ours. */
  readonly iconUrl?: string | null | undefined
  readonly iconDescription?: string | null | undefined
  readonly imageUrl?: string | null | undefined
  readonly imageDescription?: string | null | undefined
}

/** The pictures that a profile shows, which nobody changes until the transaction ends. */
export async function lockPictures(
  tx: Tx,
  accountId: string,
): Promise<{ iconUrl: string | null; imageUrl: string | null } | undefined> {
  const query = tx.selectFrom('accounts').select(['iconUrl', 'imageUrl']).where('id', '=', accountId)
  return query.forNoKeyUpdate().executeTakeFirst()
}

/** What is undefined stays. */
export async function updateProfile(
  tx: Tx,
  accountId: string,
  changes: ProfileChanges,
  at: Date,
): Promise<void> {
  const { fields, emojis, ...plain } = changes
  const given = Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined))
  await tx
    .updateTable('accounts')
    .set({
      ...given,
      ...(fields && { fields: JSON.stringify(fields) }),
      ...(emojis && { emojis: JSON.stringify(emojis) }),
      updatedAt: at,
    })
    .where('id', '=', accountId)
    .execute()
}

/** Marks the fields with this value, as they are by now. */
export async function markVerified(tx: Tx, accountId: string, value: string, at: Date): Promise<void> {
  const verified = JSON.stringify({ verifiedAt: at.toISOString() })
  await sql`
    update accounts set fields = (
      select jsonb_agg(case when field ->> 'value' = ${value} then field || ${verified}::jsonb else field end
        order by place)
      from jsonb_array_elements(fields) with ordinality f (field, place)
    ) where id = ${accountId}::bigint and fields @> ${JSON.stringify([{ value }])}::jsonb`.execute(tx)
}

/** Adds to what a member chose; the rest stays. */
export async function mergePreferences(
  tx: Tx,
  accountId: string,
  changes: Readonly<Record<string, unknown>>,
): Promise<void> {
  await sql`update users set preferences = preferences || ${JSON.stringify(changes)}::jsonb
    where account_id = ${accountId}::bigint`.execute(tx)
}

/** A member as they see themselves. */
export type OwnFacts = { readonly role: UserRole; readonly requests: number }

export async function findOwnFacts(db: Db, accountId: string): Promise<OwnFacts | undefined> {
  const result = await sql<OwnFacts>`
    select u.role, (select count(*)::integer from follows f
      where f.target_id = u.account_id and f.state = 'pending') as requests
    from users u where u.account_id = ${accountId}::bigint`.execute(db)
  return result.rows[0]
}
