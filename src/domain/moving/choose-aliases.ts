import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { addAlias, maxAliases } from './add-alias.ts'
import { removeAlias } from './remove-alias.ts'

/**
 * These are the aliases of an account, and no others.
 * @param names handles, or ids of actors; those that are aliases already need not answer any more
 * @throws DomainError as `addAlias`; those named before are kept then
 */
export async function chooseAliases(ctx: Context, account: Actor, names: readonly string[]): Promise<void> {
  if (names.length > maxAliases)
    throw new DomainError('invalid', `An account has at most ${maxAliases} aliases.`)
  const had = account.alsoKnownAs
  for (const uri of had.filter((alias) => !names.includes(alias))) await removeAlias(ctx, account, uri)
  for (const name of names.filter((each) => !had.includes(each))) await addAlias(ctx, account, name)
}
