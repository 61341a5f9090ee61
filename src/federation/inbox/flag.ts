import type { Context } from '../../context.ts'
import { findAccountByUri, findStatusIdByUri } from '../../domain/accounts/resolve-local.ts'
import { receiveReport } from '../../domain/moderation/receive-report.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findStatus } from '../../store/statuses.ts'
import type { Listener } from './listener.ts'

/**
 * https://docs.joinmastodon.org/spec/activitypub/#Flag: `object` names an account of ours and posts of it. Some servers
 * (Pleroma, Lemmy) name posts only: then it is about the author of the first that is here.
 */
export const onFlag: Listener = async (ctx, { activity, actor }) => {
  const uris = activity.objects.flatMap(({ id }) => id ?? [])
  const statusIds = await findIds(ctx, uris)
  const target = (await findNamed(ctx, uris)) ?? (await findAuthor(ctx, statusIds))
  if (target === undefined || target.type === 'Application' || target.deletedAt !== null) return undefined
  const { content: comment = '', id: uri } = activity
  return (tx) => receiveReport(tx, { by: actor, target, statusIds, comment, uri })
}

async function findNamed(ctx: Context, uris: readonly string[]): Promise<Actor | undefined> {
  for (const uri of uris) {
    const account = await findAccountByUri(ctx, uri)
    if (account !== undefined) return account
  }
  return undefined
}

async function findIds(ctx: Context, uris: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const uri of new Set(uris)) ids.push(...[(await findStatusIdByUri(ctx, uri)) ?? []].flat())
  return ids
}

async function findAuthor(ctx: Context, statusIds: readonly string[]): Promise<Actor | undefined> {
  for (const id of statusIds) {
    const status = await findStatus(ctx.db, id)
    if (status?.isLocal === true) return findActor(ctx.db, status.actorId)
  }
  return undefined
}
