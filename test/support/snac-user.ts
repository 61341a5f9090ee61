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
  readonly favourites_count: number
  readonly reblogs_count: number
  readonly poll: SnacPoll | null
  /** What is boosted: then this here is a shell around it, with an address that nobody else knows. */
  readonly reblog: SnacStatus | null
}

export interface SnacPoll {
  /** Go by this: its `expired` is false for every poll that is over. */
  readonly expires_at: string
  readonly voted: boolean
  readonly options: readonly { readonly title: string; readonly votes_count: number }[]
}

export type SnacAct = 'favourite' | 'unfavourite' | 'reblog' | 'unreblog'

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
  /** What lies in its timeline, each post itself where somebody boosted it. */
  timeline(): Promise<SnacStatus[]>
  act(id: string, act: SnacAct): Promise<void>
  /** Votes for the option at that place, from 0. */
  vote(id: string, option: number): Promise<void>
  /** Asks its followers to choose, in the web, for its API cannot. */
  ask(text: string, options: readonly string[], seconds: number): Promise<void>
  /** Takes a post back, in the web too. */
  remove(uri: string): Promise<void>
  /** Hears nothing more from somebody; that is the only block it has, and it tells nobody. */
  mute(actor: string): Promise<void>
  /** What it was told that others did, and with which post. */
  notifications(): Promise<{ type: string; actor: string; uri: string | undefined }[]>
  /** Fetches a document of somebody's server, signed by this user. @returns the status that it got */
  fetchSigned(uri: string): Promise<number>
  /** Says that somebody is the same person. */
  alias(actor: string): Promise<void>
  /** Moves to whom it named last as its alias. */
  migrate(): Promise<void>
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
  readonly password: string
  readonly home: string
  readonly command: (...args: string[]) => Promise<string>
}

/** What a user of snac2 does and sees: its command line follows, its Mastodon API and its web write and read. */
export function makeSnacUser(access: SnacAccess): SnacUser {
  const { name, origin, home, command } = access
  const api = makeApi(access)
  const web = makeWeb(access)
  const run = async (...args: string[]) => void (await command(...args))
  return {
    name,
    acct: `${name}@${new URL(origin).host}`,
    actor: `${origin}/${name}`,
    follow: (actor) => run('follow', actor),
    unfollow: (actor) => run('unfollow', actor),
    post: (text, { inReplyTo, visibility = 'public' } = {}) =>
      api('POST', 'statuses', {
        status: text,
        visibility,
        ...(inReplyTo ? { in_reply_to_id: inReplyTo } : {}),
      }),
    edit: async (id, text) => void (await api('PUT', `statuses/${id}`, { status: text })),
    timeline: async () => {
      const statuses: SnacStatus[] = await api('GET', 'timelines/home')
      return statuses.map((status) => status.reblog ?? status)
    },
    act: async (id, act) => void (await api('POST', `statuses/${id}/${act}`)),
    // It takes numbers in words only.
    vote: async (id, option) => void (await api('POST', `polls/${id}/votes`, { choices: [String(option)] })),
    ask: (text, options, seconds) =>
      web('note', { content: text, poll_options: options.join('\n'), poll_end_secs: String(seconds) }),
    remove: (uri) => web('action', { action: 'Delete', id: uri }),
    mute: (actor) => web('action', { action: 'MUTE', actor }),
    notifications: async () => {
      const notifications: any[] = await api('GET', 'notifications')
      return notifications.map(toNotification)
    },
    fetchSigned: async (uri) => Number(/^status: (\d+)/m.exec(await command('request', uri))?.[1]),
    alias: (actor) => run('alias', actor),
    migrate: () => run('migrate'),
    followers: async () => (await readAll(join(home, 'followers'))).map((actor) => actor.id),
    following: async () => (await readAll(join(home, 'following'))).map(toFollowing),
  }
}

function makeApi({ local, token }: SnacAccess) {
  return async (method: string, path: string, input?: Record<string, unknown>): Promise<any> => {
    // An empty body of that type is a bad request to it.
    const type = input && { 'content-type': 'application/json' }
    const headers = { authorization: `Bearer ${token}`, ...type }
    const body = input ? JSON.stringify(input) : null
    const response = await fetch(`${local}/api/v1/${path}`, { method, headers, body })
    if (!response.ok) throw new Error(`snac2: ${method} ${path}: ${response.status} ${await response.text()}`)
    return response.json()
  }
}

/** Fills a form of its web pages in. */
function makeWeb({ local, name, password }: SnacAccess) {
  const authorization = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`
  return async (form: string, input: Record<string, string>): Promise<void> => {
    const body = new FormData()
    for (const [field, value] of Object.entries(input)) body.set(field, value)
    const options = { method: 'POST', headers: { authorization }, body, redirect: 'manual' } as const
    const response = await fetch(`${local}/${name}/admin/${form}`, options)
    if (response.status !== 303) throw new Error(`snac2: ${form}: ${response.status}`)
  }
}

function toNotification({ type, account, status }: any) {
  return { type, actor: account.url, uri: (status?.reblog ?? status)?.uri }
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
