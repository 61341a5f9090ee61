import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  await holdfast.json(
    'account',
    'create',
    'alice',
    '--email',
    'alice@mail.example',
    '--password',
    'correct horse',
  )
})
afterAll(() => holdfast.close())

const lockers = (...args: string[]) => holdfast.json('account', 'lockers', 'alice', ...args)
const copies = (...args: string[]) => holdfast.json('account', 'copies', 'alice', ...args)

test('Lockers are made, listed without what fills them, and removed', async () => {
  const { id, address } = await lockers('make')
  expect(address).toMatch(new RegExp(`/lockers/${id}#[\\w-]{43}$`))
  const listed = await lockers('list')
  expect(listed).toEqual({
    lockers: [{ id, bytes: 0, created_at: expect.any(String), filled_at: null, handed_out_at: null }],
  })
  expect(await lockers('remove', id)).toEqual({ lockers: [] })
  const again = await holdfast.run('account', 'lockers', 'alice', 'remove', id)
  expect([again.code, again.stderr]).toEqual([1, 'There is no such locker.\n'])
})

test('Lockers are as many as the instance lets be', async () => {
  await holdfast.json('instance', 'set', '--lockers', '0')
  const refused = await holdfast.run('account', 'lockers', 'alice', 'make')
  expect([refused.code, refused.stderr]).toEqual([1, 'This place keeps no kits of others.\n'])
  const wrong = await holdfast.run('instance', 'set', '--locker-mib', 'many')
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringContaining('lockerMib')])
})

test('Copies go to mail, folders and lockers, whose secrets are not shown', async () => {
  const token = 'B'.repeat(43)
  await copies('add', 'mail')
  await copies('add', `https://far.example/lockers/7#${token}`)
  const folder = ['https://dav.example/me', '--username', 'me', '--password', 'dav secret']
  const { copies: all } = await copies('add', ...folder)
  expect(all.map(({ kind, label }: { kind: string; label: string }) => [kind, label])).toEqual([
    ['email', 'Your e-mail address'],
    ['locker', 'Locker on far.example'],
    ['webdav', 'dav.example/me/'],
  ])
  const text = (await holdfast.run('account', 'copies', 'alice', 'list')).stdout
  expect(text).toContain('dav.example/me/')
  expect(text + JSON.stringify(all)).not.toMatch(/BBBB|dav secret/)
  const sent = await holdfast.run('account', 'copies', 'alice', 'send', all[0].id)
  expect([sent.code, sent.stderr]).toEqual([1, 'There is no recovery kit yet: make one first.\n'])
  for (const { id } of all) await copies('remove', id)
  expect(await copies('list')).toEqual({ copies: [] })
})

test('What is not understood is said', async () => {
  for (const args of [['open'], ['add'], ['list', 'mail'], ['add', 'https://dav.example/']])
    expect(await holdfast.run('account', 'copies', 'alice', ...args)).toMatchObject({ code: 2, stdout: '' })
  expect(await holdfast.run('account', 'lockers', 'alice', 'remove')).toMatchObject({ code: 2, stdout: '' })
})
