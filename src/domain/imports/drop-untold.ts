import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { deleteAccountDomainBlock } from '../../store/account-domain-blocks.ts'
import { deleteBookmark } from '../../store/bookmarks.ts'
import { listFilters } from '../../store/filters.ts'
import { findImportState, updateImport } from '../../store/imports.ts'
import {
  countUntold,
  listSubjects,
  listUntold,
  listUntoldLists,
  type TieKind,
  type TiesOf,
  type Untold,
} from '../../store/imported-ties.ts'
import { deleteList, deleteListMembers } from '../../store/lists.ts'
import { dropFilter } from '../filters/keep-filter.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'
import { unblockActor } from '../moderation/unblock-actor.ts'
import { unmuteActor } from '../mutes/mute-actor.ts'
import type { Turn } from './deal-with-row.ts'
import type { ImportKind } from './kinds.ts'

const batchSize = 100

/** How each of them goes: as if the member had done it by hand. */
const drops: {
  readonly [Kind in TieKind]: (
    tx: TxContext,
    account: Actor,
    each: Untold,
    who: Actor | undefined,
  ) => Promise<void>
} = {
  following: async (tx, account, _each, who) => who && unfollowActor(tx, account, who),
  blocks: async (tx, account, _each, who) => who && unblockActor(tx, account, who),
  mutes: async (tx, account, _each, who) => who && unmuteActor(tx, account, who),
  domain_blocks: (tx, account, { subject }) => deleteAccountDomainBlock(tx.db, account.id, subject),
  lists: (tx, _account, { listId, targetId }) => deleteListMembers(tx.db, listId ?? '0', [targetId]),
  bookmarks: (tx, account, { targetId }) => deleteBookmark(tx.db, account.id, targetId),
}

/**
 * What is here and not in the file goes, when all rows were dealt with: also whoever could not be found stays, if the
 * file names them. In a dry run they are counted.
 * @returns whether all of it is done
 */
export async function dropUntold(ctx: Context, turn: Turn): Promise<boolean> {
  const { found, account } = turn
  const kind = found.kind as ImportKind
  if (kind === 'filters') return dropFilters(ctx, turn)
  const of = { importId: found.id, accountId: account.id, handleDomain: ctx.config.handleDomain }
  if (found.dryRun) {
    const lists = kind === 'lists' ? (await listUntoldLists(ctx.db, of)).length : 0
    await updateImport(ctx.db, found.id, { removed: (await countUntold(ctx.db, kind, of)) + lists })
    return true
  }
  let after: string | undefined = '0'
  while (after !== undefined) {
    if (performance.now() > turn.end) return false
    after = await dropSome(ctx, turn, { kind, of, after })
  }
  return true
}

type Work = { readonly kind: TieKind; readonly of: TiesOf; readonly after: string }

/** @returns where to go on; undefined when nothing is left */
async function dropSome(ctx: Context, turn: Turn, { kind, of, after }: Work): Promise<string | undefined> {
  return transact(ctx, async (tx) => {
    if ((await findImportState(tx.db, of.importId))?.state !== 'running') return undefined
    const some = await listUntold(tx.db, kind, of, { after, limit: batchSize })
    const isAboutPeople = kind === 'following' || kind === 'blocks' || kind === 'mutes'
    const ids = isAboutPeople ? some.map(({ targetId }) => targetId) : []
    const people = new Map((await listActors(tx.db, ids)).map((actor) => [actor.id, actor]))
    for (const each of some) await drops[kind](tx, turn.account, each, people.get(each.targetId))
    const isLast = some.length < batchSize
    const lists = kind === 'lists' && isLast ? await listUntoldLists(tx.db, of) : []
    for (const id of lists) await deleteList(tx.db, id)
    await countRemoved(tx, of.importId, some.length + lists.length)
    return isLast ? undefined : some.at(-1)?.key
  })
}

async function countRemoved(tx: TxContext, id: string, more: number): Promise<void> {
  const removed = (await findImportState(tx.db, id))?.removed ?? 0
  if (more > 0) await updateImport(tx.db, id, { removed: removed + more })
}

async function dropFilters(ctx: Context, { found, account }: Turn): Promise<boolean> {
  const named = await listSubjects(ctx.db, found.id)
  const untold = (await listFilters(ctx.db, account.id)).filter(({ title }) => !named.has(title))
  await transact(ctx, async (tx) => {
    if (!found.dryRun) for (const { id } of untold) await dropFilter(tx, account, id)
    await updateImport(tx.db, found.id, { removed: untold.length })
  })
  return true
}
