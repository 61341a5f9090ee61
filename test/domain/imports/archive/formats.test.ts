import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Context } from '../../../../src/context.ts'
import { createArchiveImport } from '../../../../src/domain/imports/archive/create-archive-import.ts'
import { workOnArchive } from '../../../../src/domain/imports/archive/work-on-archive.ts'
import { getImport } from '../../../../src/domain/imports/create-import.ts'
import { setAliases } from '../../../../src/store/moves.ts'
import { findAccount, type Actor } from '../../../../src/store/actors.ts'
import { listBookmarks } from '../../../../src/store/bookmarks.ts'
import { listFeaturedIds } from '../../../../src/store/featured.ts'
import { listOwnByFormerUri } from '../../../../src/store/imported-posts.ts'
import { listImportRows, type Import } from '../../../../src/store/imports.ts'
import { findPoll } from '../../../../src/store/polls.ts'
import { findStatus, type Status } from '../../../../src/store/statuses.ts'
import {
  mastodonActor,
  mastodonCreate,
  mastodonPicture,
  oldActor,
  outboxOf,
  writeZip,
} from '../../../support/archives.ts'
import { createTestContext, silentWorld, type TestContext } from '../../../support/context.ts'
import { makePng } from '../../../support/media-files.ts'
import { createMember, createStranger } from '../../../support/people.ts'

let world: TestContext
let ctx: Context
let dir: string
let names = 0

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
  dir = await mkdtemp(join(tmpdir(), 'holdfast-archive-'))
})
afterAll(async () => {
  await world.close()
  await rm(dir, { recursive: true })
})

type Brought = { readonly account: Actor; readonly done: Import; readonly path: string }

async function bring(
  files: Iterable<[string, string | Buffer]> | string,
  wish: { from?: string; account?: Actor; in?: Context } = {},
): Promise<Brought> {
  const account = wish.account ?? (await createMember(ctx, `member${++names}`))
  const path = join(dir, `${account.username}-${++names}`)
  if (typeof files === 'string') await writeFile(path, files)
  else await writeZip(path, files)
  const at = wish.in ?? ctx
  const file = { path, name: 'archive' }
  const { id } = await createArchiveImport(at, account, file, { from: wish.from, inPlace: true })
  await workOnArchive(at, id, path)
  return { account, done: await getImport(ctx, account, id), path }
}

async function find({ account }: Brought, uri: string): Promise<Status> {
  const id = (await listOwnByFormerUri(ctx.db, account.id, [uri])).get(uri)
  return (await findStatus(ctx.db, id!))!
}

async function reasons({ done }: Brought): Promise<(string | null)[]> {
  return (await listImportRows(ctx.db, done.id, { after: 0, limit: 100 })).map(({ detail }) => detail)
}

const at = (number: number) => `${oldActor}/statuses/${number}`
const actorFile: [string, string] = ['actor.json', JSON.stringify(mastodonActor)]

describe('Mastodon', () => {
  test('boosts come where they can be had, bookmarks too, and what is neither is named', async () => {
    const bob = await createStranger(ctx, 'bob')
    const known = await importable(bob)
    const boost = (id: number, object: string) => ({
      ...{ id: `${at(id)}/activity`, type: 'Announce', actor: oldActor, published: '2018-01-01T00:00:00Z' },
      ...{ to: ['https://www.w3.org/ns/activitystreams#Public'], cc: [], object },
    })
    const outbox = outboxOf([
      mastodonCreate(1),
      boost(2, at(1)),
      boost(3, known),
      boost(4, 'https://nowhere.example/1'),
      { id: `${at(5)}/x`, type: 'Delete', object: at(5) },
      mastodonCreate(6, { attributedTo: 'https://old.example/users/eve' }),
      mastodonCreate(7, { id: 'https://else.example/notes/7' }),
    ])
    const bookmarks = JSON.stringify({ type: 'OrderedCollection', orderedItems: [known, at(1), at(99)] })
    const brought = await bring([actorFile, ['outbox.json', outbox], ['bookmarks.json', bookmarks]])
    expect(brought.done).toMatchObject({ state: 'done', total: 10, added: 5, kept: 0, failed: 5 })
    expect(await reasons(brought)).toEqual([
      'What was boosted cannot be had.',
      'This is not brought along.',
      'This was written by somebody else.',
      'This cannot be read as a post.',
      'What was bookmarked cannot be had.',
    ])
    const kept = await listBookmarks(ctx.db, brought.account.id, { limit: 10 })
    expect(kept).toHaveLength(2)
    const again = await bring([actorFile, ['outbox.json', outbox]], { account: brought.account })
    expect(again.done).toMatchObject({ added: 0, kept: 3, failed: 4 })
  })

  test('files lie behind a bucket, are missing, are no media or tell more than they show', async () => {
    const picture = makePng(20, 10)
    const files: [string, string | Buffer][] = [
      ['media_attachments/files/1/original/a.png', picture],
      ['media_attachments/files/3/original/c.png', '<svg onload="alert(1)"/>'],
      actorFile,
      [
        'outbox.json',
        outboxOf([
          mastodonCreate(1, mastodonPicture(1, 'bucket/media_attachments/files/1/original/a.png')),
          mastodonCreate(2, mastodonPicture(2, '../../etc/passwd')),
          mastodonCreate(3, mastodonPicture(3, 'media_attachments/files/3/original/c.png')),
        ]),
      ],
    ]
    const brought = await bring(files)
    expect(brought.done).toMatchObject({ added: 3, failed: 0 })
    expect((await find(brought, at(1))).attachments).toHaveLength(1)
    expect((await find(brought, at(2))).attachments).toEqual([])
    expect((await find(brought, at(3))).attachments).toEqual([])
    expect(await reasons(brought)).toEqual([
      'A file is missing from the archive.',
      'A file is of no kind that is shown here.',
    ])
  })

  test('content is made safe and never wider', async () => {
    const content = '<p onclick="x()">a<script>alert(1)</script><a href="javascript:x()">b</a></p>'
    const brought = await bring([
      actorFile,
      ['outbox.json', outboxOf([mastodonCreate(1, { content, contentMap: undefined, to: [], cc: [] })])],
    ])
    const post = await find(brought, at(1))
    expect(post.visibility).toBe('direct')
    expect(post.content).not.toMatch(/script|onclick/)
  })
})

async function importable({ uri, id }: { uri: string; id: string }): Promise<string> {
  const status = `${uri}/statuses/known`
  await sql`insert into remote_statuses (id, is_local, actor_id, visibility, content, uri, created_at)
    values (${ctx.newId()}, false, ${id}, 'public', '<p>x</p>', ${status}, now())`.execute(ctx.db)
  return status
}

test('Pleroma and Akkoma: an outbox of activities with addresses of files', async () => {
  const actor = {
    '@context': ['https://www.w3.org/ns/activitystreams', 'https://old.example/schemas/litepub-0.1.jsonld'],
    ...{ id: oldActor, type: 'Person', outbox: 'outbox.json', followers: `${oldActor}/followers` },
  }
  const note = {
    ...{ id: 'https://old.example/objects/1', type: 'Note', actor: oldActor, attributedTo: oldActor },
    ...{ content: 'Hej', published: '2020-02-02T10:00:00.123456Z', sensitive: true, summary: 'cw' },
    ...{ to: [`${oldActor}/followers`], cc: [], tag: [{ type: 'Hashtag', name: '#cat' }, 'nsfw'] },
    attachment: [
      {
        ...{ type: 'Document', mediaType: 'image/png', name: 'A cat' },
        url: [{ type: 'Link', mediaType: 'image/png', href: 'https://old.example/media/cat.png' }],
      },
    ],
  }
  const create = { id: 'https://old.example/activities/1', type: 'Create', actor: oldActor, object: note }
  const outbox = JSON.stringify({ orderedItems: [create], totalItems: 1, type: 'OrderedCollection' })
  const brought = await bring([
    ['actor.json', JSON.stringify(actor)],
    ['outbox.json', outbox],
  ])
  expect(brought.done).toMatchObject({ software: 'pleroma', added: 1 })
  const post = await find(brought, note.id)
  expect(post).toMatchObject({ visibility: 'private', summary: 'cw', sensitive: true, tags: ['cat'] })
  expect(post.attachments).toMatchObject([{ url: 'https://old.example/media/cat.png', description: 'A cat' }])
})

describe('Misskey', () => {
  const actor = 'https://key.example/users/9abc'
  const note = (id: string, changes: object = {}) => ({
    ...{ id, text: 'Hello https://x.example/ #Tag', createdAt: '2021-03-04T05:06:07.000Z', cw: null },
    ...{ fileIds: [], files: [], replyId: null, renoteId: null, visibility: 'public', localOnly: false },
    ...changes,
  })

  test('notes with their own words for who may see them, threads and polls', async () => {
    const notes = [
      note('a'),
      note('b', { replyId: 'a', visibility: 'home', cw: 'careful' }),
      note('c', { visibility: 'followers' }),
      note('d', { visibility: 'specified', visibleUserIds: ['x'] }),
      note('e', { visibility: 'something new' }),
      note('f', { localOnly: true }),
      note('g', { poll: { choices: ['x', 'y'], votes: [1, 2], multiple: true, expiresAt: null } }),
      note('h', { text: null, renoteId: 'a' }),
    ]
    const brought = await bring(JSON.stringify(notes), { from: actor })
    expect(brought.done).toMatchObject({ software: 'misskey', formerUri: actor, total: 8, added: 8 })
    const seen = await Promise.all(
      ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => find(brought, `https://key.example/notes/${id}`)),
    )
    expect(seen.map(({ visibility }) => visibility)).toEqual([
      ...['public', 'unlisted', 'private', 'direct', 'direct', 'private'],
    ])
    expect(seen[0]).toMatchObject({ tags: ['tag'], createdAt: new Date('2021-03-04T05:06:07.000Z') })
    expect(seen[0]!.content).toContain('<a href="https://x.example/"')
    expect(seen[1]).toMatchObject({ summary: 'careful', inReplyToId: seen[0]!.id })
    const poll = await findPoll(ctx.db, (await find(brought, 'https://key.example/notes/g')).id)
    expect(poll).toMatchObject({ options: ['x', 'y'], votes: ['1', '2'], multiple: true })
  })

  test('do not say whose they are: the only alias, or who is named', async () => {
    const member = await createMember(ctx, 'keyed')
    await expect(bring(JSON.stringify([note('z')]), { account: member })).rejects.toThrow('whose they are')
    await setAliases(ctx.db as never, member.id, [actor], ctx.now())
    const account = (await findAccount(ctx.db, 'keyed'))!
    expect((await bring(JSON.stringify([note('z')]), { account })).done).toMatchObject({ added: 1 })
  })
})

test('An outbox by itself, as snac has it, is of whoever its first activity is by', async () => {
  const brought = await bring(outboxOf([mastodonCreate(1), mastodonCreate(2)]))
  expect(brought.done).toMatchObject({ software: 'activitypub', formerUri: oldActor, added: 2 })
})

test('Our own archives have pins and other addresses of posts', async () => {
  const former = { items: [{ id: at(1), formerIds: ['https://older.example/1'] }] }
  const brought = await bring([
    actorFile,
    ['outbox.json', outboxOf([mastodonCreate(0), mastodonCreate(1)])],
    ['featured.json', JSON.stringify({ orderedItems: [at(0)] })],
    ['former_ids.json', JSON.stringify(former)],
    ['manifest.json', '{}'],
  ])
  expect(brought.done).toMatchObject({ software: 'holdfast', added: 2 })
  expect(await listFeaturedIds(ctx.db, brought.account.id, 5)).toEqual([(await find(brought, at(0))).id])
  expect((await find(brought, 'https://older.example/1')).id).toBe((await find(brought, at(1))).id)
})

describe('Whose archive it is', () => {
  const outbox: [string, string] = ['outbox.json', outboxOf([mastodonCreate(1)])]
  const claims = async ({ account }: Brought) => {
    const { rows } = await sql<{ claim: string }>`select distinct f.claim from post_former_ids f
      join posts p on p.id = f.post_id where p.actor_id = ${account.id}`.execute(ctx.db)
    return rows.map(({ claim }) => claim)
  }
  const answering = async (changes: object): Promise<Context> => {
    const stranger = await createStranger(ctx, 'alice', { domain: 'old.example' })
    const refreshActor = async () => ({ ...stranger, ...changes })
    return { ...ctx, remote: { ...silentWorld, refreshActor } }
  }

  test('is not doubted where its server is gone', async () => {
    expect(await claims(await bring([actorFile, outbox]))).toEqual(['unopposed'])
  })

  test('is proven where its server names us, by a move or as an alias', async () => {
    const mover = await createMember(ctx, 'mover')
    const uri = 'https://home.example/users/mover'
    const moved = await bring([actorFile, outbox], { account: mover, in: await answering({ movedTo: uri }) })
    expect(await claims(moved)).toEqual(['proven'])
  })

  test('must be said in public while its server answers, and says nothing of it', async () => {
    const mallory = await createMember(ctx, 'mallory')
    const living = await answering({})
    await expect(bring([actorFile, outbox], { account: mallory, in: living })).rejects.toThrow(
      'aliases first',
    )
    const { rows } = await sql`select from posts where actor_id = ${mallory.id}`.execute(ctx.db)
    expect(rows).toEqual([])
    await setAliases(ctx.db as never, mallory.id, [oldActor], ctx.now())
    const account = (await findAccount(ctx.db, 'mallory'))!
    expect(await claims(await bring([actorFile, outbox], { account, in: living }))).toEqual(['own'])
  })

  test('is nobody else here: neither one who lives here nor one who was recovered here', async () => {
    const mallory = await createMember(ctx, 'mallory2')
    const ours = { ...mastodonActor, id: 'https://home.example/users/mallory' }
    const theirs: [string, string] = ['actor.json', JSON.stringify(ours)]
    await expect(bring([theirs, outbox], { account: mallory })).rejects.toThrow('this very server')
    const victim = await createMember(ctx, 'victim')
    await sql`insert into former_identities (id, account_id, actor_uri, handle, document)
      values (${ctx.newId()}, ${victim.id}, ${oldActor}, 'alice@old.example', '{}')`.execute(ctx.db)
    await expect(bring([actorFile, outbox], { account: mallory })).rejects.toThrow('Somebody else here')
    await sql`delete from former_identities`.execute(ctx.db)
  })
})

test.each([
  ['no archive at all', 'hello', 'no such list'],
  ['a zip file of other things', [['a.txt', 'x']], 'neither an outbox.json'],
  ['no actor', [['outbox.json', '{"orderedItems":[]}']], 'does not say whose'],
  [
    'an outbox that is cut off',
    [actorFile, ['outbox.json', '{"orderedItems":[{"type":"Create"},']],
    'too early',
  ],
  ['the same name twice', [['A.json', '1'], ['a.json', '2'], actorFile], 'same name'],
] as [string, string | [string, string][], string][])('%s is refused', async (_name, files, problem) => {
  const account = await createMember(ctx, `refused${++names}`)
  const outcome = await bring(files, { account }).then(
    ({ done }) => done.problem,
    (error: Error) => error.message,
  )
  expect(outcome).toContain(problem)
  const { rows } = await sql`select from posts where actor_id = ${account.id}`.execute(ctx.db)
  expect(rows).toEqual([])
})
