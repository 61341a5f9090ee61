import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { lockAliases, setAliases } from '../../store/moves.ts'
import { getActorByName } from '../accounts/get-actor-by-name.ts'

/**
 * Takes an alias back. One that is named by its id need not answer any more.
 * @returns the id that was kept
 * @throws DomainError `not_found` when it is no alias of the account, or is nobody
 */
export async function removeAlias(ctx: Context, account: Actor, name: string): Promise<string> {
  const uri = account.alsoKnownAs.includes(name) ? name : (await getActorByName(ctx, name)).uri
  return transact(ctx, async (tx) => {
    const aliases = await lockAliases(tx.db, account.id)
    if (uri === null || !aliases.includes(uri))
      throw new DomainError('not_found', `${name} is no alias of ${account.username}.`)
    const others = aliases.filter((alias) => alias !== uri)
    await setAliases(tx.db, account.id, others, tx.now())
    await enqueue(tx, 'actor.updated', { accountId: account.id })
    return uri
  })
}
