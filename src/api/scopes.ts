/**
 * OAuth scopes as Mastodon has them (https://docs.joinmastodon.org/api/oauth-scopes/). A scope opens everything below
 * it: `read` opens `read:statuses`.
 */
const readable = [
  ...['accounts', 'blocks', 'bookmarks', 'favourites', 'filters', 'follows', 'lists', 'mutes'],
  ...['notifications', 'search', 'statuses'],
] as const
const writable = [
  ...['accounts', 'blocks', 'bookmarks', 'conversations', 'favourites', 'filters', 'follows', 'lists'],
  ...['media', 'mutes', 'notifications', 'reports', 'statuses'],
] as const

export type Scope =
  | `read:${(typeof readable)[number]}`
  | `write:${(typeof writable)[number]}`
  | 'read'
  | 'write'
  | 'follow'
  | 'push'
  | 'profile'

/** All that an app may ask for. */
export const knownScopes: readonly string[] = [
  ...['read', 'write', 'follow', 'push', 'profile', 'admin:read', 'admin:write'],
  ...readable.map((name) => `read:${name}`),
  ...writable.map((name) => `write:${name}`),
]

/** `follow` is older than the finer scopes, and every app still asks for it. */
const follow = ['blocks', 'follows', 'mutes'].flatMap((name) => [`read:${name}`, `write:${name}`])

/** Whether a token with these scopes may do what needs this one. */
export function opens(held: readonly string[], needed: string): boolean {
  const [parent = ''] = needed.split(':')
  return (
    held.includes(needed) || held.includes(parent) || (held.includes('follow') && follow.includes(needed))
  )
}

/** Whether everything that `asked` opens is opened by `held` as well. */
export function isWithin(asked: readonly string[], held: readonly string[]): boolean {
  return asked.every((scope) => opens(held, scope))
}
