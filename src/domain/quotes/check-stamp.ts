import type { Context } from '../../context.ts'
import { canonicalHost } from '../../lib/canonical-host.ts'

/** A stamp, and what it must say to be worth anything. All are ids. */
export type Stamp = {
  readonly uri: string
  /** The author of the quoted post. */
  readonly quotedAuthor: string
  readonly quoted: string
  readonly quoting: string
}

/**
 * Whether somebody lets their post be quoted by another one: their own server is asked for the stamp, which must say
 * so of these two posts.
 * @returns `unavailable` when that server does not answer now
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/044f/fep-044f.md#verifying-a-quoteauthorization
 */
export async function checkStamp(ctx: Context, stamp: Stamp): Promise<'valid' | 'invalid' | 'unavailable'> {
  const host = canonicalHost(stamp.quotedAuthor)
  if (host === undefined || canonicalHost(stamp.uri) !== host) return 'invalid'
  const said = await ctx.remote.fetchQuoteAuthorization(stamp.uri)
  if (typeof said === 'string') return said === 'unavailable' ? 'unavailable' : 'invalid'
  const isMeant =
    said.attributedTo === stamp.quotedAuthor &&
    said.interactionTarget === stamp.quoted &&
    said.interactingObject === stamp.quoting
  return isMeant ? 'valid' : 'invalid'
}
