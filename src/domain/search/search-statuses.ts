import type { Context } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { searchStatusIds, type StatusSearch, type Wanted } from '../../store/search.ts'
import { findKnownActor } from './find-known-actor.ts'
import { readSearchQuery, type SearchCondition } from './read-query.ts'

type Asked = Pick<StatusSearch, 'authorId' | 'maxId' | 'minId' | 'limit' | 'offset'>

/** Ids of statuses that match what a member searches for, operators included, newest first. */
export async function searchStatuses(
  ctx: Context,
  viewer: Actor,
  text: string,
  asked: Asked,
): Promise<string[]> {
  const { words, conditions, atLeast, below } = readSearchQuery(text)
  const hasNothing = words === '' && conditions.length === 0 && atLeast === undefined && below === undefined
  if (hasNothing) return []
  const from = conditions.filter(({ kind }) => kind === 'from')
  const ids = await Promise.all(from.map(({ value }) => idOf(ctx, viewer, value)))
  const fromIds = ids.filter((_, index) => from[index]?.isNegated === false)
  const [fromId] = fromIds
  // Nobody is two people, and nobody said anything whom we do not know.
  if (fromIds.some((id) => id === undefined || id !== fromId)) return []
  const wanted = conditions.map(toWanted)
  if (wanted.includes(undefined)) return []
  return searchStatusIds(ctx.db, {
    ...asked,
    query: words,
    viewerId: viewer.id,
    fromId,
    notFromIds: ids.flatMap((id, index) => (from[index]?.isNegated === true ? (id ?? []) : [])),
    languages: languagesOf(conditions, false),
    notLanguages: languagesOf(conditions, true),
    wanted: wanted.filter((one) => typeof one === 'object'),
    atLeast,
    below,
  })
}

async function idOf(ctx: Context, viewer: Actor, name: string): Promise<string | undefined> {
  return name === 'me' ? viewer.id : (await findKnownActor(ctx, name))?.id
}

function languagesOf(conditions: readonly SearchCondition[], isNegated: boolean): string[] {
  const named = conditions.filter((one) => one.kind === 'language' && one.isNegated === isNegated)
  return named.map(({ value }) => value.toLowerCase())
}

const words: Readonly<Record<string, Readonly<Record<string, Wanted['what'] | 'any'>>>> = {
  has: { media: 'media', image: 'media', poll: 'poll', link: 'link', embed: 'embed' },
  is: { reply: 'reply', sensitive: 'sensitive' },
  in: { library: 'library', public: 'public', all: 'any' },
}

/** @returns `elsewhere` for what is no such condition, undefined for one that nothing meets */
function toWanted({ kind, value, isNegated }: SearchCondition): Wanted | 'elsewhere' | undefined {
  const known = words[kind]
  if (known === undefined) return 'elsewhere'
  const what = known[value.toLowerCase()]
  if (what === 'any') return 'elsewhere'
  return what && { what, isNegated }
}
