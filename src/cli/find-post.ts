import type { Context } from '../context.ts'
import { DomainError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { UsageError } from './usage-error.ts'

/**
 * The id of the post that somebody means by its id or its address; other servers are asked for what is not here yet.
 * @throws UsageError for what is neither, DomainError `not_found` when there is no such post, or it cannot be had
 */
export async function findPostId(ctx: Context, reference: string): Promise<string> {
  if (isId(reference)) return reference
  if (!/^https?:\/\//i.test(reference))
    throw new UsageError(`${reference} is neither the id of a post nor its address.`)
  const status = await ctx.remote.resolveStatus(reference)
  if (status !== undefined) return status.id
  throw new DomainError('not_found', `There is no post at ${reference}, or its server does not answer.`)
}
