import type { Context } from '../../context.ts'
import { actorUri, actorUrl, preferredUsername } from '../../domain/accounts/addresses.ts'
import { biographyHtml } from '../../domain/accounts/biography.ts'
import { missingAvatarPath, missingHeaderPath } from '../../domain/accounts/missing-pictures.ts'
import { proxiedUrl } from '../../domain/media/proxied-url.ts'
import { listActors, type Actor } from '../../store/actors.ts'
import { listAccountFacts, type AccountFacts } from '../../store/account-facts.ts'
import { isoDay } from './date.ts'
import { presentEmojis, type EmojiJson } from './emoji.ts'
import { presentFields, type FieldJson } from './field.ts'
import { presentRoles, type AccountRoleJson } from './role.ts'

/** https://docs.joinmastodon.org/entities/Account/ */
export type AccountJson = {
  readonly id: string
  readonly username: string
  readonly acct: string
  readonly display_name: string
  readonly url: string
  readonly uri: string
  readonly note: string
  readonly avatar: string
  readonly avatar_static: string
  readonly avatar_description: string
  readonly header: string
  readonly header_static: string
  readonly header_description: string
  readonly locked: boolean
  readonly bot: boolean
  readonly group: boolean
  readonly discoverable: boolean
  readonly indexable: boolean
  readonly noindex: boolean
  readonly hide_collections: boolean
  readonly created_at: string
  readonly last_status_at: string | null
  readonly statuses_count: number
  readonly followers_count: number
  readonly following_count: number
  readonly emojis: readonly EmojiJson[]
  readonly fields: readonly FieldJson[]
  readonly roles: readonly AccountRoleJson[]
  readonly moved?: AccountJson
  readonly memorial?: true
  readonly suspended?: true
}

type Reader = Pick<Context, 'config' | 'db' | 'keyring'>

const bots = ['Service', 'Application']

/** In the given order, with the same few queries for any number of them. */
export async function presentAccounts(ctx: Reader, actors: readonly Actor[]): Promise<AccountJson[]> {
  const facts = await listAccountFacts(
    ctx.db,
    actors.map(({ id }) => id),
  )
  const moved = await loadDestinations(ctx, facts)
  return actors.map((actor) => describe(ctx, actor, facts.get(actor.id), moved))
}

export async function presentAccount(ctx: Reader, actor: Actor): Promise<AccountJson> {
  const [account] = await presentAccounts(ctx, [actor])
  return account!
}

/** Accounts by the ids of their actors, each once. */
export async function presentAccountsById(
  ctx: Reader,
  actors: readonly Actor[],
): Promise<ReadonlyMap<string, AccountJson>> {
  const each = [...new Map(actors.map((actor) => [actor.id, actor])).values()]
  const accounts = await presentAccounts(ctx, each)
  return new Map(accounts.map((account) => [account.id, account]))
}

/** https://docs.joinmastodon.org/entities/PartialAccountWithAvatar/: nothing that is counted. */
export function presentPartialAccount(ctx: Reader, actor: Actor) {
  const { id, acct, url, avatar, avatar_static, locked, bot } = describe(ctx, actor, undefined, new Map())
  return { id, acct, url, avatar, avatar_static, locked, bot }
}

/** Who somebody has moved to is shown without where those have moved to. */
async function loadDestinations(
  ctx: Reader,
  facts: ReadonlyMap<string, AccountFacts>,
): Promise<ReadonlyMap<string, AccountJson>> {
  const ids = [...new Set([...facts.values()].flatMap(({ movedToId }) => movedToId ?? []))]
  if (ids.length === 0) return new Map()
  const [actors, theirs] = await Promise.all([listActors(ctx.db, ids), listAccountFacts(ctx.db, ids)])
  return new Map(actors.map((actor) => [actor.id, describe(ctx, actor, theirs.get(actor.id), new Map())]))
}

function describe(
  ctx: Reader,
  actor: Actor,
  facts: AccountFacts | undefined,
  destinations: ReadonlyMap<string, AccountJson>,
): AccountJson {
  const username = preferredUsername(ctx.config, actor)
  const isGone = actor.hidden || actor.deletedAt !== null
  const moved = destinations.get(facts?.movedToId ?? '')
  return {
    id: actor.id,
    username,
    acct: actor.domain === null ? username : `${username}@${actor.domain}`,
    url: actorUrl(ctx.config, actor),
    uri: actorUri(ctx.config, actor),
    ...describeProfile(ctx, actor, isGone),
    locked: actor.locked,
    bot: bots.includes(actor.type),
    group: actor.type === 'Group',
    discoverable: actor.discoverable,
    indexable: actor.indexable,
    noindex: !actor.indexable,
    hide_collections: facts?.hidesFollows ?? false,
    // To the day, as Mastodon has it: the minute in which somebody signed up is nobody's business.
    created_at: `${isoDay(actor.createdAt)}T00:00:00.000Z`,
    ...describeCounts(facts),
    roles: presentRoles(facts?.role ?? null),
    ...(moved && { moved }),
    ...(actor.memorial && { memorial: true }),
    ...(isGone && { suspended: true }),
  }
}

/** What somebody says of themselves; of somebody suspended, nothing. */
function describeProfile(ctx: Reader, actor: Actor, isGone: boolean) {
  const avatar = picture(ctx, isGone ? null : actor.iconUrl, missingAvatarPath)
  const header = picture(ctx, isGone ? null : actor.imageUrl, missingHeaderPath)
  return {
    display_name: isGone ? '' : actor.displayName,
    note: isGone ? '' : biographyHtml(ctx.config, actor),
    ...{ avatar, avatar_static: avatar, header, header_static: header },
    avatar_description: isGone ? '' : (actor.iconDescription ?? ''),
    header_description: isGone ? '' : (actor.imageDescription ?? ''),
    emojis: isGone ? [] : presentEmojis(ctx, actor.emojis),
    fields: isGone ? [] : presentFields(actor),
  }
}

function picture(ctx: Reader, url: string | null, missingPath: string): string {
  return url === null ? ctx.config.origin + missingPath : proxiedUrl(ctx, url)
}

function describeCounts(facts: AccountFacts | undefined) {
  const lastStatusAt = facts?.lastStatusAt ?? null
  return {
    last_status_at: lastStatusAt === null ? null : isoDay(lastStatusAt),
    statuses_count: facts?.statuses ?? 0,
    followers_count: facts?.followers ?? 0,
    following_count: facts?.following ?? 0,
  }
}
