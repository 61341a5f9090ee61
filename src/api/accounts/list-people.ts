import type { Context } from '../../context.ts'
import { hidesCollections } from '../../domain/accounts/hides-collections.ts'
import type { Actor } from '../../store/actors.ts'
import { isBlocking } from '../../store/blocks.ts'
import { listMuteEnds } from '../../store/mutes.ts'
import { isoDateOrNull } from '../entities/date.ts'
import { answer, type Answer, type Call } from '../route.ts'
import type { AccountJson } from '../entities/account.ts'
import { answerAccountList } from './account-page.ts'
import { getActiveAccount } from './named-account.ts'

/** https://docs.joinmastodon.org/methods/accounts/#followers */
export const listFollowers = (ctx: Context, call: Call) => listCollection(ctx, call, 'followers')

/** https://docs.joinmastodon.org/methods/accounts/#following */
export const listFollowing = (ctx: Context, call: Call) => listCollection(ctx, call, 'following')

/** https://docs.joinmastodon.org/methods/accounts/#endorsements */
export const listEndorsed = (ctx: Context, call: Call) => listCollection(ctx, call, 'endorsements')

async function listCollection(
  ctx: Context,
  call: Call,
  list: 'followers' | 'following' | 'endorsements',
): Promise<Answer> {
  const actor = await getActiveAccount(ctx, call)
  if (await isKept(ctx, actor, call.viewer, list)) return answer([])
  return answerAccountList(ctx, call, list, { ownerId: actor.id, besideBlocksOf: call.viewer?.id })
}

/** From whom the account blocks, and of follows from all others where it hides them. */
async function isKept(ctx: Context, actor: Actor, viewer: Actor | undefined, list: string): Promise<boolean> {
  if (viewer?.id === actor.id) return false
  if (viewer !== undefined && (await isBlocking(ctx.db, actor.id, viewer.id))) return true
  return list !== 'endorsements' && (await hidesCollections(ctx, actor))
}

/** https://docs.joinmastodon.org/methods/blocks/ */
export const listBlocked = (ctx: Context, call: Call<Actor>) =>
  answerAccountList(ctx, call, 'blocks', { ownerId: call.viewer.id })

/** https://docs.joinmastodon.org/methods/endorsements/ */
export const listOwnEndorsed = (ctx: Context, call: Call<Actor>) =>
  answerAccountList(ctx, call, 'endorsements', { ownerId: call.viewer.id })

/** https://docs.joinmastodon.org/methods/follow_requests/ */
export const listRequests = (ctx: Context, call: Call<Actor>) =>
  answerAccountList(ctx, call, 'requests', { ownerId: call.viewer.id })

/** https://docs.joinmastodon.org/methods/mutes/: accounts, and until when. */
export async function listMuted(ctx: Context, call: Call<Actor>): Promise<Answer> {
  const { body, headers } = await answerAccountList(ctx, call, 'mutes', { ownerId: call.viewer.id })
  const accounts = body as readonly AccountJson[]
  const ends = await listMuteEnds(
    ctx.db,
    call.viewer.id,
    accounts.map(({ id }) => id),
  )
  const muted = accounts.map((account) => ({
    ...account,
    mute_expires_at: isoDateOrNull(ends.get(account.id) ?? null),
  }))
  return answer(muted, { headers })
}
