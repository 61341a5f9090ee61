import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A post as its Mastodon API shows it. */
export interface SnacStatus {
  readonly id: string
  readonly uri: string
  readonly content: string
  readonly visibility: string
  readonly in_reply_to_id: string | null
  readonly account: { readonly url: string; readonly acct: string }
  readonly mentions: readonly { readonly url: string }[]
}

export interface SnacUser {
  readonly name: string
  /** `name@host`, as one types it. */
  readonly acct: string
  /** Its actor id. */
  readonly actor: string
  follow(actor: string): Promise<void>
  unfollow(actor: string): Promise<void>
  post(text: string, options?: { inReplyTo?: string; visibility?: string }): Promise<SnacStatus>
  edit(id: string, text: string): Promise<void>
  timeline(): Promise<SnacStatus[]>
  /** Ids of the posts that it was told it is named in. */
  mentionedIn(): Promise<string[]>
  /** Actor ids of those who follow it. */
  followers(): Promise<string[]>
  /** Whom it follows; `accepted` once it keeps their Accept. */
  following(): Promise<{ actor: string; accepted: boolean }[]>
}

export interface SnacAccess {
  readonly name: string
  readonly origin: string
  readonly local: string
  readonly token: string
  readonly home: string
  readonly command: (...args: string[]) => Promise<string>
}

/** What a user of snac2 does and sees: its command line follows, its Mastodon API writes and reads. */
export function makeSnacUser({ name, origin, local, token, home, command }: SnacAccess): SnacUser {
  const api = async (method: string, path: string, input?: Record<string, string>): Promise<any> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
    const body = input ? JSON.stringify(input) : null
    const response = await fetch(`${local}/api/v1/${path}`, { method, headers, body })
    if (!response.ok) throw new Error(`snac2: ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
  return {
    name,
    acct: `${name}@${new URL(origin).host}`,
    actor: `${origin}/${name}`,
    follow: async (actor) => void (await command('follow', actor)),
    unfollow: async (actor) => void (await command('unfollow', actor)),
    post: (text, { inReplyTo, visibility = 'public' } = {}) =>
      api('POST', 'statuses', {
        status: text,
        visibility,
        ...(inReplyTo ? { in_reply_to_id: inReplyTo } : {}),
      }),
    edit: async (id, text) => void (await api('PUT', `statuses/${id}`, { status: text })),
    timeline: () => api('GET', 'timelines/home'),
    mentionedIn: async () => {
      const notifications: any[] = await api('GET', 'notifications')
      return notifications.filter((one) => one.type === 'mention').map((one) => one.status.uri)
    },
    followers: async () => (await readAll(join(home, 'followers'))).map((actor) => actor.id),
    following: async () => (await readAll(join(home, 'following'))).map(toFollowing),
  }
}

/** snac2 keeps the Follow that it sent, and puts the Accept in its place when that comes. */
function toFollowing(kept: any) {
  return kept.type === 'Accept'
    ? { actor: kept.actor, accepted: true }
    : { actor: kept.object, accepted: false }
}

async function readAll(dir: string): Promise<any[]> {
  const names = (await readdir(dir)).filter((name) => /^[0-9a-f]{32}\.json$/.test(name))
  return Promise.all(names.map(async (name) => JSON.parse(await readFile(join(dir, name), 'utf8'))))
}
