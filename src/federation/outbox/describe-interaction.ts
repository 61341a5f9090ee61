import type { Context } from '../../context.ts'
import { actorUri, likeUri, reactionUri } from '../../domain/accounts/addresses.ts'
import { absoluteUrl } from '../../domain/media/absolute-url.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import type { Jobs } from '../../store/jobs.ts'
import { writeLike, writeReaction } from '../vocab/write-interaction.ts'

type Json = Record<string, unknown>
type About = { readonly accountId: string; readonly authorId: string }

/** The Like of a row, also of one that is no more: what it was is told by the job. */
export async function describeLike(
  ctx: Context,
  like: Omit<Jobs['like.undone'], 'statusId'>,
): Promise<Json | undefined> {
  const both = await findBoth(ctx, like)
  if (both === undefined) return undefined
  const id = likeUri(ctx.config, both.account, like.likeId)
  return writeLike({ id, ...both.named, object: like.statusUri })
}

/** The same of a reaction. */
export async function describeReaction(
  ctx: Context,
  reaction: Omit<Jobs['reaction.undone'], 'statusId'>,
): Promise<Json | undefined> {
  const both = await findBoth(ctx, reaction)
  if (both === undefined) return undefined
  const id = reactionUri(ctx.config, both.account, reaction.reactionId)
  const emoji = { name: reaction.name, url: reaction.emojiUrl && absoluteUrl(ctx.config, reaction.emojiUrl) }
  return writeReaction({ id, ...both.named, object: reaction.statusUri }, emoji)
}

async function findBoth(
  { config, db }: Context,
  { accountId, authorId }: About,
): Promise<{ account: Actor; named: { actor: string; to: string } } | undefined> {
  const [account, author] = await Promise.all([findActor(db, accountId), findActor(db, authorId)])
  if (account === undefined || author === undefined) return undefined
  return { account, named: { actor: actorUri(config, account), to: actorUri(config, author) } }
}
