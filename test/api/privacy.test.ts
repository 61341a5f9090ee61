import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signUp, type ApiMember } from '../support/api.ts'
import { leaveAtOnce } from '../../src/domain/accounts/leave.ts'
import { transact } from '../../src/db/transact.ts'
import { setSuspended } from '../../src/store/actors.ts'
import { startServer, type TestServer } from '../support/server.ts'

/** Viewer and author of one case, and what stands where the one might find the other. */
type Pair = {
  readonly viewer: ApiMember
  readonly author: ApiMember
  /** Of this case alone. */
  readonly word: string
  readonly post: string
  /** By somebody else, which the author answers, likes, boosts and quotes. */
  readonly thread: string
  readonly list: string
}

type Place = {
  readonly path: (pair: Pair) => string
  /** Whether the answer tells of what the author wrote or does. */
  readonly tells: (body: any, pair: Pair) => boolean
}

const byAuthor = (statuses: any[], { author }: Pair) =>
  statuses.some(
    (status) => status.account.id === author.actor.id || status.reblog?.account.id === author.actor.id,
  )
const isAuthor = (accounts: any[], { author }: Pair) => accounts.some(({ id }) => id === author.actor.id)

/** Every list in which one member may find what another wrote or does. */
const places: Readonly<Record<string, Place>> = {
  home: { path: () => '/api/v1/timelines/home?limit=40', tells: byAuthor },
  public: { path: () => '/api/v1/timelines/public?limit=40', tells: byAuthor },
  local: { path: () => '/api/v1/timelines/public?local=true&limit=40', tells: byAuthor },
  tag: { path: ({ word }) => `/api/v1/timelines/tag/${word}`, tells: byAuthor },
  list: { path: ({ list }) => `/api/v1/timelines/list/${list}`, tells: byAuthor },
  'search for posts': {
    path: ({ word }) => `/api/v2/search?q=${word}word&type=statuses`,
    tells: (body, pair) => byAuthor(body.statuses, pair),
  },
  thread: {
    path: ({ thread }) => `/api/v1/statuses/${thread}/context`,
    tells: (body, pair) => byAuthor(body.descendants, pair),
  },
  'who likes': { path: ({ thread }) => `/api/v1/statuses/${thread}/favourited_by`, tells: isAuthor },
  'who boosts': { path: ({ thread }) => `/api/v1/statuses/${thread}/reblogged_by`, tells: isAuthor },
  quotes: { path: ({ thread }) => `/api/v1/statuses/${thread}/quotes`, tells: byAuthor },
  directory: { path: () => '/api/v1/directory?limit=80&local=true&order=new', tells: isAuthor },
  notifications: {
    path: () => '/api/v1/notifications?limit=80',
    tells: (body, pair) =>
      isAuthor(
        body.map(({ account }: any) => account),
        pair,
      ),
  },
  conversations: {
    path: () => '/api/v1/conversations',
    tells: (body, pair) => body.some(({ accounts }: any) => isAuthor(accounts, pair)),
  },
  'posts of the account': {
    path: ({ author }) => `/api/v1/accounts/${author.actor.id}/statuses`,
    tells: (body, pair) => Array.isArray(body) && byAuthor(body, pair),
  },
  'the post itself': {
    path: ({ post }) => `/api/v1/statuses/${post}`,
    tells: (body, { post }) => body.id === post,
  },
  'several posts': { path: ({ post }) => `/api/v1/statuses?id[]=${post}`, tells: byAuthor },
}

/** What is asked for by name. */
const named = ['posts of the account', 'several posts', 'the post itself']
const all = Object.keys(places)

type Case = {
  readonly name: string
  readonly visibility?: 'private' | 'direct'
  readonly happens?: (server: TestServer, pair: Pair) => Promise<unknown>
  /** Where the author is found all the same. */
  readonly foundIn: readonly string[]
}

const relate =
  (deed: string) =>
  (_server: TestServer, { viewer, author }: Pair) =>
    viewer.post(`/api/v1/accounts/${author.actor.id}/${deed}`)

const suspend = ({ ctx }: TestServer, { author }: Pair) =>
  transact(ctx, (tx) => setSuspended(tx.db, author.actor.id, tx.now(), tx.now()))

const cases: readonly Case[] = [
  { name: 'of whom nothing is wanted otherwise', foundIn: all },
  { name: 'whom the viewer mutes', happens: relate('mute'), foundIn: named },
  {
    name: 'whom the viewer blocks',
    happens: relate('block'),
    foundIn: ['posts of the account', 'the post itself'],
  },
  {
    name: 'who blocks the viewer',
    happens: (_server, { viewer, author }) => author.post(`/api/v1/accounts/${viewer.actor.id}/block`),
    foundIn: [],
  },
  { name: 'who is suspended', happens: suspend, foundIn: [] },
  { name: 'who has gone', happens: ({ ctx }, { author }) => leaveAtOnce(ctx, author.actor), foundIn: [] },
  { name: 'who writes for followers', visibility: 'private', foundIn: ['directory'] },
  { name: 'who writes to others', visibility: 'direct', foundIn: ['directory'] },
]

let server: TestServer
let carol: ApiMember

beforeAll(async () => {
  server = await startServer()
  carol = await signUp(server, 'carol')
})
afterAll(() => server?.[Symbol.asyncDispose]())

async function meet(word: string, visibility: string): Promise<Pair> {
  const viewer = await signUp(server, `viewer_${word}`)
  const author = await signUp(server, `author_${word}`)
  await author.call('PATCH', '/api/v1/accounts/update_credentials', { discoverable: true, indexable: true })
  const write = async (by: ApiMember, status: string, more: object = {}): Promise<string> =>
    (await by.post('/api/v1/statuses', { status, ...more })).id
  if (visibility === 'public') await viewer.post(`/api/v1/accounts/${author.actor.id}/follow`)
  const thread = await write(carol, `begin ${word}`)
  const { id: list } = await viewer.post('/api/v1/lists', { title: word })
  if (visibility === 'public')
    await viewer.post(`/api/v1/lists/${list}/accounts`, { account_ids: [author.actor.id] })
  const post = await write(author, `#${word} ${word}word`, { visibility })
  await write(author, 'an answer', { in_reply_to_id: thread, visibility })
  await write(author, 'a quote', { quoted_status_id: thread, visibility })
  if (visibility === 'public') {
    for (const deed of ['favourite', 'reblog']) await author.post(`/api/v1/statuses/${thread}/${deed}`)
    await write(author, `@viewer_${word} hello`)
    await write(author, `@viewer_${word} between us`, { visibility: 'direct' })
  }
  return { viewer, author, word, post, thread, list }
}

describe('What a viewer finds of an author', () => {
  for (const [index, { name, visibility = 'public', happens, foundIn }] of cases.entries()) {
    test(name, async () => {
      const pair = await meet(`eel${index}`, visibility)
      await server.settle()
      await happens?.(server, pair)
      await server.settle()
      const found: string[] = []
      for (const [place, { path, tells }] of Object.entries(places)) {
        const { body } = await pair.viewer.call('GET', path(pair))
        if (body.error === undefined && tells(body, pair)) found.push(place)
      }
      expect(found).toEqual(all.filter((place) => foundIn.includes(place)))
    })
  }
})
