import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { isExportName, writeExport } from '../../../src/domain/exports/csv-files.ts'
import { endTiesToDomain } from '../../../src/domain/domain-blocks/end-ties.ts'
import { chooseFollow } from '../../../src/domain/follows/choose-follow.ts'
import { createFilter } from '../../../src/domain/filters/keep-filter.ts'
import { workOnImport } from '../../../src/domain/imports/continue-import.ts'
import {
  cancelImport,
  createImport,
  getImport,
  type ImportWish,
} from '../../../src/domain/imports/create-import.ts'
import { writeFailures } from '../../../src/domain/imports/list-failures.ts'
import { bookmarkStatus } from '../../../src/domain/bookmarks/bookmark-status.ts'
import { createPost } from '../../../src/domain/statuses/create-post.ts'
import { receiveReject } from '../../../src/domain/follows/receive-answer.ts'
import { blockActor } from '../../../src/domain/moderation/block-actor.ts'
import { DomainError } from '../../../src/lib/errors.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { listImportRows } from '../../../src/store/imports.ts'
import { createTestContext, silentWorld, type TestContext } from '../../support/context.ts'
import { createMember, createStranger, listJobs } from '../../support/people.ts'

let world: TestContext
let ctx: Context
let anna: Actor
let directory: string
let asked: string[]
let dead: Set<string>
let now: Date

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-import-'))
  asked = []
  dead = new Set()
  now = new Date()
  const resolveHandle = async (handle: string): Promise<Actor> => {
    asked.push(handle)
    const [name = '', domain = ''] = handle.split('@')
    if (dead.has(domain)) throw new DomainError('unavailable', `${domain} does not answer.`)
    if (name.startsWith('nobody')) throw new DomainError('not_found', `There is no ${handle}.`)
    return createStranger(ctx, name, { domain })
  }
  const log = pino({ level: 'silent' })
  world = await createTestContext({
    log,
    remote: { ...silentWorld, resolveHandle, askNote: async () => 'missing' },
    now: () => now,
  })
  ctx = world.ctx
  anna = await createMember(ctx, 'anna')
})
afterEach(async () => {
  await world.close()
  await rm(directory, { recursive: true })
})

const plain: ImportWish = { mode: 'merge', dryRun: false }

async function begin(name: string, content: string, wish: Partial<ImportWish> = {}): Promise<string> {
  const path = join(directory, 'file')
  await writeFile(path, content)
  return (await createImport(ctx, anna, { path, name }, { ...plain, ...wish })).id
}

async function bring(name: string, content: string, wish: Partial<ImportWish> = {}) {
  const id = await begin(name, content, wish)
  expect(await workOnImport(ctx, id)).toBeUndefined()
  const { state, total, added, kept, failed, removed, position } = await getImport(ctx, anna, id)
  expect([state, Number(position)]).toEqual(['done', total])
  return { id, added, kept, failed, removed }
}

const outcomes = async (id: string) =>
  (await listImportRows(ctx.db, id, { after: 0, limit: 100 })).map(({ outcome, detail }) => [outcome, detail])

const jobNames = async () => (await listJobs(ctx.db)).map(({ name }) => name)
const sent = async (name: string) => (await jobNames()).filter((each) => each === name).length

async function save(name: string): Promise<string> {
  if (!isExportName(name)) throw new Error(name)
  let text = ''
  for await (const piece of writeExport(ctx, anna, name)) text += piece
  return text
}

/** Rows come in the order in which they were dealt with. */
const sorted = (text: string): string[] => text.split('\n').sort()

describe('Whom a member follows', () => {
  const file =
    'Account address,Show boosts,Notify on new posts,Languages\nbob@away.example,false,true,"de, en"\neve@b.example,true,false,\n'

  test('is asked for as ever, with what was chosen, and once', async () => {
    const lena = await createMember(ctx, 'lena')
    const first = await bring(
      'follows.csv',
      `${file}lena@home.example,true,false,\nanna@home.example,true,,\n`,
    )
    expect(first).toMatchObject({ added: 3, kept: 0, failed: 1 })
    expect(await outcomes(first.id)).toEqual([
      ['added', 'Asked; they have not answered yet.'],
      ['added', 'Asked; they have not answered yet.'],
      ['added', null],
      ['failed', 'You cannot follow yourself.'],
    ])
    expect(asked.sort()).toEqual(['bob@away.example', 'eve@b.example'])
    expect(await sent('follow.requested')).toBe(2)
    expect(await findFollowBetween(ctx.db, anna.id, lena.id)).toMatchObject({ state: 'accepted' })
    expect(sorted(await save('following_accounts.csv'))).toEqual(
      sorted(`${file}lena@home.example,true,false,\n`),
    )
    const again = await bring('follows.csv', file)
    expect(again).toMatchObject({ added: 0, kept: 2, failed: 0 })
    expect(await sent('follow.requested')).toBe(2)
  })

  test('changes by what the file says, and stays by what it does not', async () => {
    await bring('follows.csv', file)
    expect(await bring('follows.csv', 'bob@away.example\n')).toMatchObject({ kept: 1 })
    expect(sorted(await save('following_accounts.csv'))).toEqual(sorted(file))
    const changed = file.replace('false,true,"de, en"', 'true,false,fr')
    expect(await bring('follows.csv', changed)).toMatchObject({ kept: 2 })
    expect(sorted(await save('following_accounts.csv'))).toEqual(sorted(changed))
    expect(await sent('follow.requested')).toBe(2)
  })

  test('is only looked at in a dry run', async () => {
    const bob = await createStranger(ctx, 'bob', { locked: true })
    const foe = await createStranger(ctx, 'foe')
    await blockActor(ctx, anna, foe)
    const old = await createStranger(ctx, 'old')
    await chooseFollow(ctx, anna, old, {})
    const before = await jobNames()
    const text = 'bob@away.example\nfoe@away.example\nnobody@c.example\n'
    const tried = await bring('follows.csv', text, { dryRun: true, mode: 'overwrite' })
    expect(tried).toMatchObject({ added: 1, kept: 0, failed: 2, removed: 1 })
    expect(await outcomes(tried.id)).toEqual([
      ['added', 'They would have to approve.'],
      ['failed', 'You cannot follow somebody whom you block or who blocks you.'],
      ['failed', 'There is no nobody@c.example.'],
    ])
    expect(await findFollowBetween(ctx.db, anna.id, bob.id)).toBeUndefined()
    expect(await findFollowBetween(ctx.db, anna.id, old.id)).toBeDefined()
    expect((await jobNames()).filter((name) => name !== 'import.continued')).toEqual(before)
  })

  test('is what the file says and nothing else when it overwrites, but nobody goes whom the file names', async () => {
    const old = await createStranger(ctx, 'old', { domain: 'c.example' })
    const kept = await createStranger(ctx, 'Kept', { domain: 'dead.example' })
    for (const each of [old, kept]) await chooseFollow(ctx, anna, each, {})
    await ctx.db.updateTable('remoteActors').set({ deletedAt: now }).where('id', '=', kept.id).execute()
    dead.add('dead.example')
    const id = await begin('follows.csv', 'bob@away.example,true\nkept@dead.example,false\n', {
      mode: 'overwrite',
    })
    for (let round = 0; round < 4; round++) {
      const next = await workOnImport(ctx, id)
      expect(await findFollowBetween(ctx.db, anna.id, old.id)).toEqual(
        round < 3 ? expect.anything() : undefined,
      )
      now = new Date((next?.getTime() ?? 0) + 1)
    }
    expect(await getImport(ctx, anna, id)).toMatchObject({ state: 'done', added: 1, failed: 1, removed: 1 })
    expect(await findFollowBetween(ctx.db, anna.id, kept.id)).toBeDefined()
    expect(await sent('follow.undone')).toBe(1)
  })

  test('does not wait for a server that is dead, which is asked again and then given up', async () => {
    dead.add('dead.example')
    const rows = Array.from({ length: 20 }, (_, index) => `a${index}@dead.example\n`).join('')
    const id = await begin('follows.csv', `${rows}bob@away.example\nnobody@b.example\n`)
    const next = await workOnImport(ctx, id)
    expect(await getImport(ctx, anna, id)).toMatchObject({ state: 'running', added: 1, failed: 1 })
    expect(asked.filter((handle) => handle.endsWith('dead.example')).length).toBe(3)
    expect(next?.getTime()).toBe(now.getTime() + 60_000)
    const due = (await listJobs(ctx.db)).filter(({ name }) => name === 'import.continued')
    expect(due).toHaveLength(1)
    for (const minutes of [1, 10, 60]) {
      now = new Date(now.getTime() + minutes * 60_000 + 1)
      await workOnImport(ctx, id)
    }
    expect(await getImport(ctx, anna, id)).toMatchObject({ state: 'done', added: 1, failed: 21 })
    expect((await outcomes(id))[0]).toEqual(['failed', 'dead.example does not answer.'])
  }, 90_000)

  test('is asked for at most once a second of each server', async () => {
    const rows = Array.from({ length: 4 }, (_, index) => `a${index}@slow.example\nb${index}@other.example\n`)
    const began = performance.now()
    await bring('follows.csv', rows.join(''))
    expect(performance.now() - began).toBeGreaterThan(3000)
    expect(asked).toHaveLength(8)
  })
})

describe('An import', () => {
  test('goes on where it was broken off, and does nothing twice', async () => {
    const rows = Array.from({ length: 40 }, (_, index) => `m${index}@home.example\n`).join('')
    for (let index = 0; index < 40; index++) await insertAccount(`m${index}`)
    let calls = 0
    const broken: Context = {
      ...ctx,
      newId: (at) => {
        if (++calls > 30) throw new Error('the process is gone')
        return ctx.newId(at)
      },
    }
    const id = await begin('follows.csv', rows)
    await workOnImport(broken, id)
    const before = await getImport(ctx, anna, id)
    expect(before.added).toBeGreaterThan(0)
    expect(before.added).toBeLessThan(40)
    now = new Date(now.getTime() + 61_000)
    expect(await workOnImport(ctx, id)).toBeUndefined()
    expect(await getImport(ctx, anna, id)).toMatchObject({ state: 'done', added: 40, kept: 0, failed: 0 })
    const { rows: found } = await sql<{ n: string }>`select count(*) as n from follows`.execute(ctx.db)
    expect(Number(found[0]?.n)).toBe(40)
  })

  test('is worked on by one at a time, and by another when that one is dead', async () => {
    await insertAccount('bob')
    const id = await begin('follows.csv', 'bob@home.example\n')
    const until = new Date(now.getTime() + 60_000)
    await ctx.db
      .updateTable('imports')
      .set({ state: 'running', leasedUntil: until })
      .where('id', '=', id)
      .execute()
    expect(await workOnImport(ctx, id)).toEqual(new Date(now.getTime() + 10_000))
    expect(await getImport(ctx, anna, id)).toMatchObject({ added: 0 })
    now = new Date(now.getTime() + 61_000)
    expect(await workOnImport(ctx, id)).toBeUndefined()
    expect(await getImport(ctx, anna, id)).toMatchObject({ state: 'done', added: 1 })
  })

  test('can be stopped, is theirs alone, and there are three at a time', async () => {
    await insertAccount('bob')
    const id = await begin('follows.csv', 'bob@home.example\n')
    const eve = await createMember(ctx, 'eve')
    await expect(getImport(ctx, eve, id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(cancelImport(ctx, eve, id)).rejects.toMatchObject({ code: 'not_found' })
    await begin('follows.csv', 'bob@home.example\n')
    await begin('follows.csv', 'bob@home.example\n')
    await expect(begin('follows.csv', 'bob@home.example\n')).rejects.toMatchObject({ code: 'limited' })
    expect(await cancelImport(ctx, anna, id)).toMatchObject({ state: 'cancelled' })
    expect(await workOnImport(ctx, id)).toBeUndefined()
    expect(await getImport(ctx, anna, id)).toMatchObject({ state: 'cancelled', added: 0 })
    await begin('follows.csv', 'bob@home.example\n')
  })

  test('is refused as a whole when no row can be read, and nothing is kept of it', async () => {
    await expect(begin('follows.csv', 'hello\nthere\n', { mode: 'overwrite' })).rejects.toMatchObject({
      code: 'invalid',
    })
    await expect(begin('follows.csv', 'a@b.example\n', { kind: 'passwords' })).rejects.toMatchObject({
      code: 'invalid',
    })
    const { rows } = await sql<{ n: string }>`select count(*) as n from imports`.execute(ctx.db)
    expect(Number(rows[0]?.n)).toBe(0)
    expect(await jobNames()).not.toContain('import.continued')
  })

  test('says what failed in a file that is harmless and can be brought again', async () => {
    const { id } = await bring('lists.csv', '=1+1,nobody@b.example\nSea,hello\n')
    let text = ''
    for await (const piece of writeFailures(ctx, await getImport(ctx, anna, id))) text += piece
    expect(text).toBe(
      "List name,Account address,Reason\n'=1+1,nobody@b.example,There is no nobody@b.example.\nSea,hello,This is no address like name@domain.\n",
    )
    const again = await begin('lists.csv', text)
    const rows = await listImportRows(ctx.db, again, { after: 0, limit: 10 })
    expect(rows.map(({ data }) => JSON.parse(data))).toEqual([
      ['=1+1', 'nobody@b.example'],
      ['Sea', 'hello'],
    ])
  })
})

describe('Everything else', () => {
  test('blocks and mutes, and lifts what the file does not name', async () => {
    const old = await createStranger(ctx, 'old')
    await blockActor(ctx, anna, old)
    expect(await bring('blocks.csv', 'bob@away.example\n', { mode: 'overwrite' })).toMatchObject({
      ...{ added: 1, removed: 1 },
    })
    expect(await save('blocked_accounts.csv')).toBe('bob@away.example\n')
    expect([await sent('actor.blocked'), await sent('actor.unblocked')]).toEqual([2, 1])
    const mutes = 'Account address,Hide notifications\nbob@away.example,false\neve@b.example,true\n'
    expect(await bring('mutes.csv', mutes)).toMatchObject({ added: 2 })
    expect(await bring('mutes.csv', mutes)).toMatchObject({ kept: 2 })
    expect(sorted(await save('muted_accounts.csv'))).toEqual(sorted(mutes))
    await bring('mutes.csv', 'eve@b.example\n', { mode: 'overwrite' })
    expect(await save('muted_accounts.csv')).toBe('Account address,Hide notifications\neve@b.example,true\n')
  })

  test('blocks domains, but not our own', async () => {
    const bob = await createStranger(ctx, 'bob', { domain: 'bad.example' })
    await chooseFollow(ctx, anna, bob, {})
    const text = 'bad.example\nworse.example\nhome.example\nbad.example\n'
    const first = await bring('blocked_domains.csv', text)
    expect(first).toMatchObject({ added: 2, kept: 1, failed: 1 })
    expect((await outcomes(first.id)).filter(([, detail]) => detail !== null)).toEqual([
      ['added', 'Ends 1 follow.'],
      ['failed', 'Validation failed: Domain is this server'],
    ])
    await endTiesToDomain(ctx, { accountId: anna.id, domain: 'bad.example' })
    expect(await findFollowBetween(ctx.db, anna.id, bob.id)).toBeUndefined()
    expect(await bring('blocked_domains.csv', 'other.example\n', { mode: 'overwrite' })).toMatchObject({
      removed: 2,
    })
    expect(await save('blocked_domains.csv')).toBe('other.example\n')
  })

  test('makes lists and follows those on them, who are off them when they refuse', async () => {
    const text = '"Sea, ""salt""",bob@away.example\nFriends,bob@away.example\nFriends,eve@b.example\n'
    expect(await bring('lists.csv', text)).toMatchObject({ added: 3 })
    expect(await bring('lists.csv', text)).toMatchObject({ kept: 3 })
    expect(sorted(await save('lists.csv'))).toEqual(sorted(text))
    expect(await sent('follow.requested')).toBe(2)
    const rest = await bring('lists.csv', 'Friends,eve@b.example\n', { mode: 'overwrite' })
    expect(rest).toMatchObject({ kept: 1, removed: 3 })
    expect(await save('lists.csv')).toBe('Friends,eve@b.example\n')
    const eve = await createStranger(ctx, 'eve', { domain: 'b.example' })
    const follow = await findFollowBetween(ctx.db, anna.id, eve.id)
    await receiveReject(ctx, { from: eve, followId: follow!.id })
    expect(await save('lists.csv')).toBe('')
  })

  test('keeps bookmarks of what may be seen, and says of the others why not', async () => {
    const lena = await createMember(ctx, 'lena')
    const post = (visibility: 'public' | 'direct') => createPost(ctx, lena, { text: 'Sea', visibility })
    const [open, secret] = [await post('public'), await post('direct')]
    const uri = ({ id }: { id: string }) => `https://home.example/users/lena/statuses/${id}`
    const gone = 'https://away.example/notes/1'
    const text = [uri(open), uri(secret), 'https://home.example/users/lena/statuses/1', gone].join('\n')
    const tried = await bring('bookmarks.csv', text, { dryRun: true })
    expect(tried).toMatchObject({ added: 1, failed: 3 })
    expect(await save('bookmarks.csv')).toBe('')
    const first = await bring('bookmarks.csv', text)
    expect(first).toMatchObject({ added: 1, kept: 0, failed: 3 })
    expect((await outcomes(first.id)).at(-1)).toEqual([
      ...['failed', 'The post is gone, or not for everybody to see.'],
    ])
    expect(await save('bookmarks.csv')).toBe(`${uri(open)}\n`)
    const other = await post('public')
    await bookmarkStatus(ctx, anna, other.id)
    expect(await bring('bookmarks.csv', uri(open), { mode: 'overwrite' })).toMatchObject({
      kept: 1,
      removed: 1,
    })
    expect(await save('bookmarks.csv')).toBe(`${uri(open)}\n`)
  })

  test('fills filters up', async () => {
    await createFilter(ctx, anna, { title: 'Old', contexts: ['home'], keywords: [{ keyword: 'x' }] })
    const theirs = {
      ...{
        title: 'Sea',
        expires_at: '2030-01-01T00:00:00.000Z',
        context: ['home', 'public'],
        action: 'hide',
      },
      ...{ keywords_attributes: [{ keyword: 'salt', whole_word: true }], statuses: [] },
    }
    const file = JSON.stringify({ custom_filters: [theirs, { ...theirs, title: 'Old' }] })
    expect(await bring('custom_filters.json', file)).toMatchObject({ added: 2 })
    expect(await bring('custom_filters.json', file)).toMatchObject({ kept: 2 })
    const saved = JSON.parse(await save('custom_filters.json'))
    expect(saved.custom_filters).toHaveLength(2)
    expect(saved.custom_filters[1]).toEqual(theirs)
    expect(saved.custom_filters[0].keywords_attributes.map(({ keyword }: any) => keyword)).toEqual([
      'x',
      'salt',
    ])
    const one = JSON.stringify({ custom_filters: [theirs] })
    expect(await bring('custom_filters.json', one, { mode: 'overwrite' })).toMatchObject({ removed: 1 })
    expect(JSON.parse(await save('custom_filters.json')).custom_filters).toEqual([theirs])
  })
})

async function insertAccount(username: string): Promise<void> {
  const names = { username, displayName: username, type: 'Person' }
  await ctx.db
    .insertInto('accounts')
    .values({ id: ctx.newId(), isLocal: true, ...names, createdAt: now })
    .execute()
}
