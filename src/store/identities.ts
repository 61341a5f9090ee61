import type { Db } from '../context.ts'

/** The actor id that an account had elsewhere before. */
export async function findFormerUri(db: Db, formerIdentityId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('formerIdentities')
    .select('actorUri')
    .where('id', '=', formerIdentityId)
    .executeTakeFirst()
  return row?.actorUri
}
