import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { testOrigin } from '../support/context.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob'])
    await holdfast.json(
      ...['account', 'create', name],
      ...['--email', `${name}@mail.example`, '--password', 'correct horse'],
    )
})
afterAll(() => holdfast.close())

const bob = { account: 'bob@home.example', uri: `${testOrigin}/users/bob` }

test('Somebody is blocked, cannot be followed, and is unblocked', async () => {
  expect(await holdfast.json('block', 'alice', 'bob')).toEqual({ blocked: true, ...bob })
  expect((await holdfast.run('follow', 'bob', 'alice')).code).toBe(1)
  expect(await holdfast.json('unblock', 'alice', 'bob')).toEqual({ blocked: false, ...bob })
  expect(await holdfast.json('follow', 'bob', 'alice')).toMatchObject({ state: 'accepted' })
})

test('A report is opened, listed and resolved', async () => {
  const post = (await holdfast.json('post', 'bob', 'Nonsense')) as { id: string }
  const opened = await holdfast.json('report', 'alice', 'bob', '--posts', post.id, '--comment', 'Wrong')
  expect(opened).toMatchObject({ ...bob, forwarded: false })
  const { id } = opened as { id: string }
  expect(await holdfast.json('reports', 'list')).toMatchObject([
    { id, account: 'bob@home.example', by: 'alice@home.example', posts: [post.id], comment: 'Wrong' },
  ])
  expect((await holdfast.run('reports', 'list')).stdout).toContain('Wrong')
  expect(await holdfast.json('reports', 'resolve', id)).toEqual({ id, resolved: true })
  expect(await holdfast.json('reports', 'list')).toEqual([])
  expect((await holdfast.run('reports', 'resolve', id)).code).toBe(1)
})

test('An account has no aliases until it names some', async () => {
  expect(await holdfast.json('account', 'alias', 'alice', 'list')).toEqual({ username: 'alice', aliases: [] })
})

test.each([
  [1, 'account', 'alias', 'alice', 'add', 'bob'],
  [2, 'account', 'alias', 'alice', 'add'],
  [2, 'account', 'alias', 'alice', 'list', 'bob'],
  [2, 'account', 'alias', 'alice', 'steal', 'bob'],
  [2, 'account', 'alias', 'alice'],
  [2, 'account', 'alias', 'alice', 'add', 'bob', 'carol'],
  [1, 'account', 'move', 'alice', '--to', 'bob'],
  [1, 'account', 'move', 'alice', '--undo'],
  [2, 'account', 'move', 'alice', '--undo', '--to', 'bob'],
  [2, 'account', 'move', 'alice'],
  [1, 'block', 'alice', 'alice'],
  [1, 'report', 'alice', 'alice'],
  [1, 'report', 'alice', 'bob', '--forward'],
])('%i: %s %s %s is not possible', async (expected, ...argv) => {
  const { code, stdout, stderr } = await holdfast.run(...argv.map(String))
  expect({ stdout, isSentence: /^[A-Z].*\n$/.test(stderr) }).toEqual({ stdout: '', isSentence: true })
  expect(code).toBe(expected)
})
