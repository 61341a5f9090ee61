import type { Context, TxContext } from '../context.ts'
import { sendNotices } from './notices.ts'

/**
 * Runs `fn` in one transaction, or in the one that is already open, so that use cases compose: all of it is
 * committed when this returns, or nothing when it throws.
 */
export async function transact<T>(ctx: Context | TxContext, fn: (ctx: TxContext) => Promise<T>): Promise<T> {
  if (ctx.db.isTransaction) return fn(ctx as TxContext)
  return ctx.db.transaction().execute(async (db) => {
    const result = await fn({ ...ctx, db })
    await sendNotices(db)
    return result
  })
}
