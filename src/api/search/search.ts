import { z } from 'zod'
import type { Context } from '../../context.ts'
import { findResource, type Found } from '../../domain/search/find-resource.ts'
import { searchStatuses } from '../../domain/search/search-statuses.ts'
import { normalizeTag } from '../../domain/statuses/parse-text.ts'
import type { Actor } from '../../store/actors.ts'
import { searchActorIds } from '../../store/search.ts'
import { listStatuses } from '../../store/statuses.ts'
import { listTagsBeginning } from '../../store/tags.ts'
import { presentInOrder } from '../accounts/account-page.ts'
import { presentAccount } from '../entities/account.ts'
import { loadAndPresentStatus, loadAndPresentStatuses } from '../entities/status.ts'
import { presentTags } from '../entities/tag.ts'
import { ApiError } from '../errors.ts'
import { flag, id, limit, offset, read, text } from '../input.ts'
import type { Call } from '../route.ts'

const shape = {
  q: text(1000),
  type: z.preprocess(
    (value) => (value === '' ? undefined : value),
    z.enum(['accounts', 'hashtags', 'statuses']).optional(),
  ),
  resolve: flag,
  following: flag,
  account_id: id,
  max_id: id,
  min_id: id,
  limit: limit(20, 40),
  offset: offset(1000),
}

type Asked = z.output<z.ZodObject<typeof shape>>
type Kind = 'accounts' | 'hashtags' | 'statuses'

/** https://docs.joinmastodon.org/methods/search/#v2 */
export async function search(ctx: Context, call: Call) {
  const asked = read(call.input, shape)
  const q = asked.q?.trim() ?? ''
  if (q === '') throw new ApiError(422, "Validation failed: q can't be blank")
  if (call.viewer === undefined && (asked.resolve === true || asked.offset > 0))
    throw new ApiError(401, 'Search queries that resolve remote resources or page are for members')
  const found = await findNamed(ctx, call.viewer, q, asked)
  const isAddress = /^https?:\/\//i.test(q)
  const wants = (kind: Kind) => (asked.type ?? kind) === kind
  return {
    accounts: wants('accounts') ? await listAccounts(ctx, call.viewer, q, asked, isAddress, found) : [],
    statuses: wants('statuses') ? await listFound(ctx, call.viewer, q, asked, isAddress, found) : [],
    hashtags: wants('hashtags') && !isAddress ? await listTags(ctx, call.viewer, q, asked) : [],
  }
}

/** The same with the names of hashtags alone. https://docs.joinmastodon.org/methods/search/#v1 */
export async function searchWithNames(ctx: Context, call: Call) {
  const found = await search(ctx, call)
  return { ...found, hashtags: found.hashtags.map(({ name }) => name) }
}

/** https://docs.joinmastodon.org/methods/accounts/#search */
export async function searchAccounts(ctx: Context, call: Call<Actor>) {
  const asked = read(call.input, { ...shape, type: z.unknown().optional(), limit: limit(40, 80) })
  const q = asked.q?.trim() ?? ''
  if (q === '') return []
  const narrowed: Asked = { ...asked, type: 'accounts' }
  const found = await findNamed(ctx, call.viewer, q, narrowed)
  return listAccounts(ctx, call.viewer, q, narrowed, /^https?:\/\//i.test(q), found)
}

/** An address or a whole handle stands for one thing. */
async function findNamed(ctx: Context, viewer: Actor | undefined, q: string, asked: Asked): Promise<Found> {
  const isNamed = /^https?:\/\/\S+$/i.test(q) || /^@?[\w.-]+@[^\s@/]+\.?[^\s@/]+$/.test(q)
  if (!isNamed || asked.offset > 0) return {}
  return findResource(ctx, viewer, q, asked.resolve === true && viewer !== undefined)
}

async function listAccounts(
  ctx: Context,
  viewer: Actor | undefined,
  q: string,
  asked: Asked,
  isAddress: boolean,
  { actor }: Found,
) {
  const isShown = actor !== undefined && asked.following !== true
  if (isAddress) return isShown ? [await presentAccount(ctx, actor)] : []
  const [name = '', domain] = q.toLowerCase().replace(/^@/, '').split('@')
  const ids = await searchActorIds(ctx.db, {
    name,
    domain: domain === ctx.config.handleDomain ? '' : domain,
    viewerId: viewer?.id,
    following: asked.following === true && viewer !== undefined,
    ...pageOf(asked),
  })
  const all = isShown ? [...new Set([actor.id, ...ids])] : ids
  return presentInOrder(ctx, all.slice(0, asked.limit))
}

/** Words are searched for members only. */
async function listFound(
  ctx: Context,
  viewer: Actor | undefined,
  q: string,
  asked: Asked,
  isAddress: boolean,
  { status }: Found,
) {
  if (status !== undefined) return [await loadAndPresentStatus(ctx, viewer, status)]
  if (isAddress || viewer === undefined) return []
  const { account_id: authorId, max_id: maxId, min_id: minId } = asked
  const range = { authorId, maxId, minId, ...pageOf(asked) }
  const ids = await searchStatuses(ctx, viewer, q, range)
  const statuses = new Map((await listStatuses(ctx.db, ids)).map((each) => [each.id, each]))
  return loadAndPresentStatuses(
    ctx,
    viewer,
    ids.flatMap((each) => statuses.get(each) ?? []),
  )
}

async function listTags(ctx: Context, viewer: Actor | undefined, q: string, asked: Asked) {
  const prefix = normalizeTag(q.replace(/^#/, ''))
  if (prefix === '' || /[\s@]/.test(prefix)) return []
  return presentTags(ctx, viewer, await listTagsBeginning(ctx.db, prefix, pageOf(asked)))
}

function pageOf({ limit: size, offset: start }: Asked) {
  return { limit: size, offset: start }
}
