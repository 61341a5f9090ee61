import type { Context } from '../../../context.ts'
import { DomainError } from '../../../lib/errors.ts'
import { findAccountByFormerUri, findRemoteActor, type Actor } from '../../../store/actors.ts'
import type { Claim } from '../../../store/imported-posts.ts'
import { actorUri } from '../../accounts/addresses.ts'

/**
 * Which claim an account has to what an archive says was said by somebody elsewhere. Whoever was recovered here has
 * proven it, and so has whom their own server confirms, by a move here or as an alias. Where that server does not answer
 * any more, nobody contradicts. While it answers and does not confirm it, the account must at least say so in public, by
 * an alias of its own; others are not led by that.
 * @throws DomainError `forbidden` with what to do, `conflict` when somebody else here was recovered from there
 */
export async function proveFormer(ctx: Context, account: Actor, formerUri: string): Promise<Claim> {
  if (await isRecovered(ctx, account, formerUri)) return 'proven'
  const asked = await ctx.remote.refreshActor(formerUri)
  const known = typeof asked === 'string' ? await findRemoteActor(ctx.db, formerUri) : asked
  if (known !== undefined && names(ctx, account, known)) return 'proven'
  if (typeof asked === 'string' && asked !== 'refused') return 'unopposed'
  if (account.alsoKnownAs.includes(formerUri)) return 'own'
  throw new DomainError(
    'forbidden',
    `This is an archive of ${formerUri}, whose server does not say that this is the same person: add that account to your aliases first, or name this one there.`,
  )
}

/** @throws DomainError */
async function isRecovered(ctx: Context, account: Actor, formerUri: string): Promise<boolean> {
  const host = URL.parse(formerUri)?.host
  if (host === undefined || host === new URL(ctx.config.origin).host)
    throw new DomainError('forbidden', 'This is an archive of an account of this very server.')
  const owner = await findAccountByFormerUri(ctx.db, formerUri)
  if (owner === undefined || owner.id === account.id) return owner !== undefined
  throw new DomainError('conflict', 'Somebody else here has proven to be whose archive this is.')
}

function names({ config }: Context, account: Actor, former: Actor): boolean {
  const uri = actorUri(config, account)
  return former.movedTo === uri || former.alsoKnownAs.includes(uri)
}
