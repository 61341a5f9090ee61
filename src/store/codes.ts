import type { Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { OauthCodes } from '../db/schema.ts'

/** What a member allowed an app, until the app has fetched its token. */
export type Code = Selectable<OauthCodes>

export async function insertCode(db: Db, code: Omit<Code, 'tokenId'>): Promise<void> {
  await db.insertInto('oauthCodes').values(code).execute()
}

/** Whoever shows the same code at the same moment waits until the transaction ends. */
export async function lockCode(tx: Tx, codeDigest: Buffer): Promise<Code | undefined> {
  return tx
    .selectFrom('oauthCodes')
    .select([
      'codeDigest',
      'appId',
      'accountId',
      'redirectUri',
      'scopes',
      'challenge',
      'tokenId',
      'createdAt',
    ])
    .where('codeDigest', '=', codeDigest)
    .forUpdate()
    .executeTakeFirst()
}

export async function markCodeUsed(tx: Tx, codeDigest: Buffer, tokenId: string): Promise<void> {
  await tx.updateTable('oauthCodes').set({ tokenId }).where('codeDigest', '=', codeDigest).execute()
}

/** Codes are remembered for longer than they hold, so that one that is shown again is known. */
export async function pruneCodes(db: Db, olderThan: Date): Promise<void> {
  await db.deleteFrom('oauthCodes').where('createdAt', '<', olderThan).execute()
}

/** What a member allowed and no app has fetched yet; of one app, or of all. */
export async function deleteOpenCodes(tx: Tx, accountId: string, appId?: string): Promise<void> {
  const codes = tx.deleteFrom('oauthCodes').where('accountId', '=', accountId).where('tokenId', 'is', null)
  await (appId === undefined ? codes : codes.where('appId', '=', appId)).execute()
}
