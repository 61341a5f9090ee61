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
} from '../../store/imported-ties.ts'
import { deleteList, deleteListMembers } from '../../store/lists.ts'
import { dropFilter } from '../filters/keep-filter.ts'
import { unfollowActor } from '../follows/unfollow-actor.ts'
import { unblockActor } from '../moderation/unblock-actor.ts'
import { unmuteActor } from '../mutes/mute-actor.ts'
import type { Turn } from './deal-with-row.ts'
import type { ImportKind } from './kinds.ts'

const batchSize = 100

type Untold = Awaited<ReturnType<typeof listUntold>>[number]

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
  domain_blocks: (tx, account, { domain }) => deleteAccountDomainBlock(tx.db, account.id, domain ?? ''),
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
  while (performance.now() < turn.end) {
    if (!(await dropSome(ctx, turn, kind, of))) return true
  }
  return false
}

async function dropSome(ctx: Context, turn: Turn, kind: TieKind, of: TiesOf): Promise<boolean> {
  return transact(ctx, async (tx) => {
    const state = (await findImportState(tx.db, of.importId))?.state
    if (state !== 'running') return false
    const some = await listUntold(tx.db, kind, of, batchSize)
    const isAboutPeople = kind === 'following' || kind === 'blocks' || kind === 'mutes'
    const ids = isAboutPeople ? some.map(({ targetId }) => targetId) : []
    const people = new Map((await listActors(tx.db, ids)).map((actor) => [actor.id, actor]))
    for (const each of some) await drops[kind](tx, turn.account, each, people.get(each.targetId))
    const lists = kind === 'lists' && some.length === 0 ? await listUntoldLists(tx.db, of) : []
    for (const id of lists) await deleteList(tx.db, id)
    await countRemoved(tx, of.importId, some.length + lists.length)
    return some.length > 0
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
