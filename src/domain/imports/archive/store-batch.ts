import type { TxContext } from '../../../context.ts'
import type { Actor } from '../../../store/actors.ts'
import type { ArchiveProgress, ArchiveRemark } from '../../../store/archive-imports.ts'
import { insertBookmark, isBookmarked } from '../../../store/bookmarks.ts'
import { findBoostId, insertBoost } from '../../../store/boosts.ts'
import { narrower } from '../../interactions/boost-visibility.ts'
import { importPosts, type PostOutcome } from './import-posts.ts'
import type { Prepared } from './prepare-item.ts'

/**
 * Stores what is ready.
 * @param first the number of the first of them in the archive, from 1
 */
export async function storeBatch(
  tx: TxContext,
  account: Actor,
  batch: readonly Prepared[],
  first: number,
): Promise<ArchiveProgress> {
  const outcomes = new Map<Prepared, PostOutcome>()
  const posts = batch.filter((each) => each.kind === 'post')
  const stored = await importPosts(
    tx,
    account,
    posts.map(({ post }) => post),
  )
  for (const [index, each] of posts.entries()) outcomes.set(each, stored[index]!)
  for (const each of batch) {
    if (each.kind === 'boost') outcomes.set(each, await storeBoost(tx, account, each))
    if (each.kind === 'bookmark') outcomes.set(each, await storeBookmark(tx, account, each))
  }
  const count = (wanted: PostOutcome) => [...outcomes.values()].filter((each) => each === wanted).length
  return {
    position: first + batch.length - 1,
    added: count('added'),
    kept: count('kept'),
    failed: batch.length - outcomes.size,
    remarks: batch.flatMap((each, index) => remarkOn(each, first + index) ?? []),
  }
}

function remarkOn(each: Prepared, number: number): ArchiveRemark | undefined {
  if (each.kind === 'failed') return { number, what: each.what, outcome: 'failed', detail: each.why }
  if (each.kind !== 'post' || each.problems.length === 0) return undefined
  return { number, what: each.post.note.id, outcome: 'added', detail: each.problems.join(' ') }
}

async function storeBoost(
  tx: TxContext,
  { id: actorId }: Actor,
  { boosted, visibility, at }: Extract<Prepared, { kind: 'boost' }>,
): Promise<PostOutcome> {
  if ((await findBoostId(tx.db, actorId, boosted.id)) !== undefined) return 'kept'
  const isNew = await insertBoost(tx.db, {
    id: tx.newId(at),
    actorId,
    visibility: narrower(visibility, boosted.visibility),
    audience: [],
    boostOfId: boosted.id,
    boostOfUri: boosted.uri,
    createdAt: at,
  })
  return isNew ? 'added' : 'kept'
}

async function storeBookmark(
  tx: TxContext,
  { id: accountId }: Actor,
  { status }: Extract<Prepared, { kind: 'bookmark' }>,
): Promise<PostOutcome> {
  if (await isBookmarked(tx.db, accountId, status.id)) return 'kept'
  await insertBookmark(tx.db, {
    id: tx.newId(),
    accountId,
    statusId: status.id,
    statusUri: status.uri,
    createdAt: tx.now(),
  })
  return 'added'
}
