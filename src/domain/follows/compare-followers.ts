import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import type { Actor } from '../../store/actors.ts'
import { acceptFollow } from '../../store/follows.ts'
import { listAccountsNamed, listFollowsHere, type FollowHere } from '../../store/followers-sync.ts'
import { enqueue } from '../../store/jobs.ts'
import { localUsername } from '../accounts/addresses.ts'
import { leaveFormer } from '../moving/leave-former.ts'
import { receiveReject } from './receive-answer.ts'

/** What was asked or answered within this time may still be on its way: it is left alone. */
const graceMs = 5 * 60_000

const maxUndone = 1000

export type Comparison = { readonly removed: number; readonly accepted: number; readonly undone: number }

/**
 * An actor elsewhere told who of us follows them: their server decides whom it lets in, ours who wants to follow. A
 * follow that they do not list is over; a request whose Accept never came is accepted; of a follow that we do not know
 * they are told that it is over.
 * @param listed ids, the whole list; those that are not of ours do not matter
 * @see https://codeberg.org/fediverse/fep/src/branch/main/fep/8fcf/fep-8fcf.md
 */
export async function compareFollowers(
  ctx: Context,
  target: Actor,
  listed: readonly string[],
): Promise<Comparison> {
  const names = new Set(listed.flatMap((uri) => localUsername(ctx.config, uri) ?? []))
  return transact(ctx, async (tx) => {
    const follows = await listFollowsHere(tx.db, target.id)
    const settled = follows.filter((follow) => isSettled(follow, tx.now()))
    const over = settled.filter(({ state, username }) => state === 'accepted' && !names.has(username))
    for (const { id } of over) await receiveReject(tx, { from: target, followId: id })
    const answered = settled.filter(({ state, username }) => state === 'pending' && names.has(username))
    for (const { id, followerId } of answered) {
      await acceptFollow(tx.db, id, tx.now())
      await leaveFormer(tx, followerId, target.id)
    }
    const followers = new Set(follows.map(({ followerId }) => followerId))
    const undone = await undoUnknown(tx, target, names, followers)
    return { removed: over.length, accepted: answered.length, undone }
  })
}

function isSettled({ state, createdAt, acceptedAt }: FollowHere, now: Date): boolean {
  const since = state === 'pending' ? createdAt : acceptedAt
  return since !== null && now.getTime() - since.getTime() >= graceMs
}

async function undoUnknown(
  tx: TxContext,
  target: Actor,
  names: ReadonlySet<string>,
  followers: ReadonlySet<string>,
): Promise<number> {
  const { uri, inboxId } = target
  if (uri === null || inboxId === null) return 0
  const accounts = (await listAccountsNamed(tx.db, [...names])).filter(({ id }) => !followers.has(id))
  const some = accounts.slice(0, maxUndone)
  for (const { id } of some) {
    // We do not know what the Follow was called: receivers go by the two actors then.
    const data = { accountId: id, followId: tx.newId(), targetUri: uri, inboxId }
    await enqueue(tx, 'follow.undone', data)
  }
  return some.length
}
