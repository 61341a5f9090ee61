import type { Selectable } from 'kysely'
import type { Db } from '../context.ts'
import type { NotificationPolicies } from '../db/schema.ts'

/** Nobody is limited here, so that what is chosen for limited accounts is kept for apps and never asked. */
export type NotificationPolicy = Omit<Selectable<NotificationPolicies>, 'accountId'>

/** What a member has who chose nothing. */
const usual: NotificationPolicy = {
  forNotFollowing: 'accept',
  forNotFollowers: 'accept',
  forNewAccounts: 'accept',
  forPrivateMentions: 'filter',
  forLimitedAccounts: 'filter',
}

export async function findNotificationPolicy(db: Db, accountId: string): Promise<NotificationPolicy> {
  const row = await db
    .selectFrom('notificationPolicies')
    .select([
      'forNotFollowing',
      'forNotFollowers',
      'forNewAccounts',
      'forPrivateMentions',
      'forLimitedAccounts',
    ])
    .where('accountId', '=', accountId)
    .executeTakeFirst()
  return row ?? usual
}

/** What is left out stays as it is. */
export async function saveNotificationPolicy(
  db: Db,
  accountId: string,
  changes: Partial<NotificationPolicy>,
): Promise<void> {
  await db
    .insertInto('notificationPolicies')
    .values({ accountId, ...changes })
    .onConflict((conflict) => conflict.column('accountId').doUpdateSet({ accountId, ...changes }))
    .execute()
}
