import { opens, type Scope } from '../../domain/auth/scopes.ts'
import { normalizeTag } from '../../domain/statuses/parse-text.ts'
import { isId } from '../../lib/ids.ts'
import { ApiError } from '../errors.ts'

const readsStatuses: readonly Scope[] = ['read:statuses']

/** https://docs.joinmastodon.org/methods/streaming/#streams, with the scopes of which one is enough. */
const streams = {
  user: { scopes: ['read:statuses', 'read:notifications'] },
  'user:notification': { scopes: ['read:notifications'] },
  public: { scopes: readsStatuses },
  'public:media': { scopes: readsStatuses },
  'public:local': { scopes: readsStatuses },
  'public:local:media': { scopes: readsStatuses },
  'public:remote': { scopes: readsStatuses },
  'public:remote:media': { scopes: readsStatuses },
  hashtag: { scopes: readsStatuses },
  'hashtag:local': { scopes: readsStatuses },
  list: { scopes: ['read:lists', 'read:statuses'] },
  direct: { scopes: readsStatuses },
} as const satisfies Record<string, { scopes: readonly Scope[] }>

export type StreamName = keyof typeof streams

const names = Object.keys(streams) as StreamName[]
/** Those of what is public, and those of what is public under a tag. */
export const openNames = names.filter((name) => name.startsWith('public'))
export const tagNames = names.filter((name) => name.startsWith('hashtag'))

/** Of which one is enough. */
export function scopesOf(name: StreamName): readonly Scope[] {
  return streams[name].scopes
}

/** What a connection listens to. */
export type Subscription = {
  readonly name: StreamName
  /** As `normalizeTag` gives it. */
  readonly tag: string | undefined
  readonly listId: string | undefined
  /** What apps tell it by: the name, and the tag or the list as they wrote it. */
  readonly stream: readonly string[]
}

/** What apps send: `stream`, `tag` and `list`, whatever they are. */
export type Wanted = Readonly<Record<string, unknown>>

const longestTag = 1000

/** @throws ApiError 400 for what is no stream, 401 for one that the scopes do not open */
export function readSubscription(wanted: Wanted, scopes: readonly string[]): Subscription {
  const name = readName(wanted)
  if (!scopesOf(name).some((scope) => opens(scopes, scope)))
    throw new ApiError(401, 'Access token does not have the required scopes')
  if (name === 'list') {
    const list = textOf(wanted['list'])
    if (list === undefined || !isId(list)) throw new ApiError(400, 'Missing list name parameter')
    return { name, tag: undefined, listId: list, stream: [name, list] }
  }
  if (!name.startsWith('hashtag')) return { name, tag: undefined, listId: undefined, stream: [name] }
  const tag = textOf(wanted['tag'])
  if (tag === undefined || tag.length > longestTag) throw new ApiError(400, 'Missing tag name parameter')
  return { name, tag: normalizeTag(tag.replace(/^#/, '')), listId: undefined, stream: [name, tag] }
}

/** Two subscriptions with the same key are one, told under the name that came first: a tag is one however it is written. */
export function keyOf({ name, tag, listId }: Omit<Subscription, 'stream'>): string {
  return JSON.stringify([name, tag ?? listId])
}

function readName({ stream }: Wanted): StreamName {
  if (typeof stream === 'string' && Object.hasOwn(streams, stream)) return stream as StreamName
  throw new ApiError(400, 'Unknown stream type')
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value
  return typeof text === 'string' && text !== '' && !text.includes('\0') ? text : undefined
}
