import { getDomain } from 'tldts'
import type { Context } from '../../context.ts'
import type { ActivityDraft } from '../../domain/drafts.ts'
import { findAccountByUri } from '../../domain/accounts/resolve-local.ts'
import { findThreadAuthors } from '../../domain/forwarding/find-thread-authors.ts'
import { createRateLimit } from '../../lib/rate-limit.ts'
import { isBlocking } from '../../store/blocks.ts'
import { listForwarders } from '../../store/forwarding.ts'
import { enqueue } from '../../store/jobs.ts'
import { findRemoteStatus } from '../../store/statuses.ts'
import { urlsOf } from '../vocab/read/address.ts'
import { objectsOf } from '../vocab/read/values.ts'
import type { Act, Received } from './listener.ts'

const maxBytes = 64 * 1024

/** One message makes many: each registrable domain may cause so many of them. */
const mayForward = createRateLimit({ limit: 120, perMs: 3600_000 })

/**
 * What somebody says to our followers about our posts is passed on to them, since its author does not know who they
 * are; only as its author addressed it, and only with a signature of its author's own inside, since nobody else's word
 * counts. A Delete goes where we sent what it takes back.
 * @see https://www.w3.org/TR/activitypub/#inbox-forwarding
 */
export async function planForwarding(
  ctx: Context,
  { activity, actor }: Pick<Received, 'activity' | 'actor'>,
  body: string,
): Promise<Act | undefined> {
  const carriers = await listCarriers(ctx, activity, actor.id)
  if (carriers.length === 0 || !isSelfContained(body)) return undefined
  const { host } = new URL(actor.uri)
  const own = await findOwnStatus(ctx, activity, actor.id)
  const object = { objectId: own ?? null, objectUri: activity.object.id ?? null }
  return async (tx) => {
    for (const accountId of carriers) {
      if (await isBlocking(tx.db, accountId, actor.id)) continue
      if (!mayForward.take(getDomain(host) ?? host)) return
      await enqueue(tx, 'activity.forwarded', { accountId, body, fromHost: host, ...object })
    }
  }
}

/** The sender's own status that it is about, if we have it already. */
async function findOwnStatus(
  ctx: Context,
  { object }: ActivityDraft,
  actorId: string,
): Promise<string | undefined> {
  const known = object.id === undefined ? undefined : await findRemoteStatus(ctx.db, object.id)
  return known?.actorId === actorId ? known.id : undefined
}

/** Our accounts whose followers it is for. Asked of everything that comes: most of it needs no query. */
async function listCarriers(ctx: Context, activity: ActivityDraft, actorId: string): Promise<string[]> {
  if (activity.type === 'Delete') {
    const own = await findOwnStatus(ctx, activity, actorId)
    return own === undefined ? [] : listForwarders(ctx.db, own)
  }
  const named = await listNamedAccounts(ctx, activity)
  if (named.length === 0) return []
  const authors = await findThreadAuthors(ctx, listSubjects(activity))
  return named.filter((id) => authors.has(id))
}

async function listNamedAccounts(ctx: Context, { to, cc }: ActivityDraft): Promise<string[]> {
  const owners = [...to, ...cc].flatMap((uri) => {
    const isOurs = uri.startsWith(`${ctx.config.origin}/users/`) && uri.endsWith('/followers')
    return isOurs ? uri.slice(0, -'/followers'.length) : []
  })
  const accounts = await Promise.all(
    [...new Set(owners)].slice(0, 10).map((uri) => findAccountByUri(ctx, uri)),
  )
  return accounts.flatMap((account) => account?.id ?? [])
}

/** What it names, and what its object names. */
function listSubjects({ object, target }: ActivityDraft): string[] {
  const { id, embedded } = object
  const tags = embedded === undefined ? [] : objectsOf(embedded, 'tag')
  return [
    ...(id === undefined ? [] : [id]),
    ...(target === undefined ? [] : [target]),
    ...(embedded === undefined ? [] : [...urlsOf(embedded, 'inReplyTo'), ...urlsOf(embedded, 'target')]),
    ...tags.flatMap((tag) => urlsOf(tag, 'href')),
  ]
}

function isSelfContained(body: string): boolean {
  if (Buffer.byteLength(body) > maxBytes) return false
  const json: unknown = JSON.parse(body)
  const isObject = typeof json === 'object' && json !== null
  return isObject && (isSigned(json, 'signature') || isSigned(json, 'proof'))
}

function isSigned(json: object, word: string): boolean {
  const value: unknown = word in json ? (json as Record<string, unknown>)[word] : undefined
  return typeof value === 'object' && value !== null
}
