/**
 * OAuth scopes as Mastodon has them (https://docs.joinmastodon.org/api/oauth-scopes/). A scope opens everything below
 * it: `read` opens `read:statuses`.
 */
const readable = [
  ...['accounts', 'blocks', 'bookmarks', 'collections', 'favourites', 'filters', 'follows', 'lists'],
  ...['mutes', 'notifications', 'search', 'statuses'],
] as const
const writable = [
  ...[
    'accounts',
    'blocks',
    'bookmarks',
    'collections',
    'conversations',
    'favourites',
    'filters',
    'follows',
    'lists',
  ],
  ...['media', 'mutes', 'notifications', 'reports', 'statuses'],
] as const
const administered = [
  ...['accounts', 'reports', 'domain_allows', 'domain_blocks', 'ip_blocks', 'email_domain_blocks'],
  'canonical_email_blocks',
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
  ...administered.flatMap((name) => [`admin:read:${name}`, `admin:write:${name}`]),
]

/** What is meant by none. */
const usualScopes: readonly string[] = ['read']

/** `follow` is older than the finer scopes, and every app still asks for it. */
const follow = ['blocks', 'follows', 'mutes'].flatMap((name) => [`read:${name}`, `write:${name}`])

/** Scopes as they stand in a request: words in one text, each once. `read` when there is none. */
export function readScopes(text: string | undefined): string[] {
  const words = new Set((text ?? '').split(/\s+/).filter((word) => word !== ''))
  return words.size === 0 ? [...usualScopes] : [...words]
}

/** Whether a token with these scopes may do what needs this one. */
export function opens(held: readonly string[], needed: string): boolean {
  return (
    held.some((scope) => needed === scope || needed.startsWith(`${scope}:`)) ||
    (held.includes('follow') && follow.includes(needed))
  )
}

/** Whether everything that `asked` opens is opened by `held` as well. */
export function isWithin(asked: readonly string[], held: readonly string[]): boolean {
  return asked.every((scope) => opens(held, scope))
}

export function isAdminScope(scope: string): boolean {
  return scope.startsWith('admin:')
}
