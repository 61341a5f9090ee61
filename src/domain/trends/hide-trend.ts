import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { deleteHiddenTrend, insertHiddenTrend } from '../../store/hidden-trends.ts'
import { readTag } from '../tags/read-tag.ts'

/**
 * A hashtag, and whatever is tagged with it, or a page trends no more, whoever uses it: within 5 minutes.
 * @param what a hashtag, or the address of a page as it is posted or as the page itself has it
 * @returns as it is kept
 * @throws DomainError `invalid` for what is neither
 */
export async function hideTrend(ctx: Context, what: string): Promise<string> {
  const name = nameOf(what)
  await transact(ctx, (tx) => insertHiddenTrend(tx.db, name, tx.now()))
  return name
}

/** Takes that back; what is not hidden stays as it is. */
export async function showTrend(ctx: Context, what: string): Promise<string> {
  const name = nameOf(what)
  await transact(ctx, (tx) => deleteHiddenTrend(tx.db, name))
  return name
}

function nameOf(what: string): string {
  const url = /^https?:\/\//i.test(what) ? URL.parse(what) : null
  return url?.href ?? `#${readTag(what)}`
}
