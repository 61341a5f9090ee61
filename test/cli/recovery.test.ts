import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createPost } from '../../src/domain/statuses/create-post.ts'
import { ensureInbox } from '../../src/store/hosts.ts'
import { makeKit, passphrase } from '../recovery/comebacks.ts'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { createMember, createStranger } from '../support/people.ts'
import { startServer } from '../support/server.ts'

let holdfast: CommandLine
let directory: string
let formerUri: string
const path = (name: string): string => join(directory, name)

beforeAll(async () => {
  holdfast = await createCommandLine()
  directory = await mkdtemp(join(tmpdir(), 'holdfast-recovery-'))
  await writeFile(path('phrase'), `${passphrase}\n`)
  await writeFile(path('wrong'), 'another phrase entirely\n')
  const who = ['--email', 'alice@mail.example', '--password', 'correct horse']
  await holdfast.json('account', 'create', 'alice', ...who)
  await using home = await startServer()
  const { ctx } = home
  const alice = await createMember(ctx, 'alice')
  formerUri = `${home.origin}/users/alice`
  await createPost(ctx, alice, { text: 'Hello', visibility: 'public' })
  const uri = 'https://away.example/users/bo'
  const bo = await createStranger(ctx, 'bo', { uri })
  const inboxId = await ensureInbox(ctx.db, `${uri}/inbox`)
  const follow = { id: ctx.newId(), followerId: bo.id, targetId: alice.id, followerUri: uri, inboxId }
  const accepted = { state: 'accepted', acceptedAt: ctx.now() } as const
  await ctx.db
    .insertInto('follows')
    .values({ ...follow, ...accepted })
    .execute()
  await writeFile(path('a.kit'), (await makeKit(ctx, alice, { withKey: true })).join(''))
}, 60_000)
afterAll(async () => {
  await holdfast?.close()
  await rm(directory, { recursive: true })
})

const recover = (kit: string, phrase: string) =>
  ['account', 'recover', 'alice', kit, '--passphrase-file', path(phrase)] as const

test('Before anything was brought back, and with what does not fit, nothing is changed', async () => {
  expect(await holdfast.run('account', 'recovery', 'alice')).toMatchObject({
    code: 1,
    stderr: 'The account alice has not come back from anywhere.\n',
  })
  expect(await holdfast.run(...recover(path('a.kit'), 'wrong'))).toMatchObject({ code: 1 })
  expect(await holdfast.run(...recover(path('none.kit'), 'phrase'))).toMatchObject({ code: 2 })
  expect(await holdfast.run(...recover(path('a.kit'), 'none'))).toMatchObject({ code: 2 })
  expect(await holdfast.run(...recover(path('phrase'), 'phrase'))).toMatchObject({ code: 1 })
  expect(await holdfast.run('account', 'recover', 'alice', path('a.kit'))).toMatchObject({ code: 2 })
  const [, , , ...rest] = recover(path('a.kit'), 'phrase')
  expect(await holdfast.run('account', 'recover', 'nobody', ...rest)).toMatchObject({ code: 1 })
  expect(await holdfast.run('account', 'recovery', 'alice')).toMatchObject({ code: 1 })
})

test('A kit is restored while the command runs, and who followed stands in the ledger', async () => {
  const done = await holdfast.json(...recover(path('a.kit'), 'phrase'), '--yes')
  expect(done).toMatchObject({ state: 'telling', former: formerUri, has_key: true })
  expect(done.holds).toMatchObject({ posts: 1, followers: 1 })
  const view = await holdfast.json('account', 'recovery', 'alice')
  expect(view).toMatchObject({
    ...{ id: done.id, state: 'telling', former: formerUri, sweep: 0 },
    followers: { waiting: 1, told: 0, followed: 0, refused: 0, unreachable: 0 },
    hosts: [{ host: 'away.example', waiting: 1, told: 0 }],
  })
  const { code, stdout } = await holdfast.run('account', 'recovery', 'alice')
  expect(code).toBe(0)
  expect(stdout).toContain('1 waiting')
  expect(stdout).toMatch(/^away\.example\b/m)
})

test('The ledger is written as CSV for nobody else to read', async () => {
  await holdfast.json('account', 'recovery', 'alice', '--export', path('ledger.csv'))
  const [header, row, end] = (await readFile(path('ledger.csv'), 'utf8')).split('\n')
  expect(header?.split(',').length).toBe(row?.split(',').length)
  expect(row).toContain('https://away.example/users/bo')
  expect(row).toContain('waiting')
  expect(end).toBe('')
  expect((await stat(path('ledger.csv'))).mode & 0o777).toBe(0o600)
})

test('Twice gives the same recovery, with everybody in it once', async () => {
  const before = await holdfast.json('account', 'recovery', 'alice')
  const again = await holdfast.json(...recover(path('a.kit'), 'phrase'), '--yes')
  expect(again.id).toBe(before.id)
  const { followers } = await holdfast.json('account', 'recovery', 'alice')
  expect(followers).toEqual(before.followers)
})
