import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob']) {
    const credentials = ['--email', `${name}@mail.example`, '--password', 'correct horse']
    await holdfast.json('account', 'create', name, ...credentials)
  }
})
afterAll(() => holdfast.close())

test('A post is pinned and unpinned by its author, by id or address', async () => {
  const { id, uri } = await holdfast.json('post', 'alice', 'Hello')
  expect(await holdfast.json('posts', 'pin', 'alice', uri)).toEqual({ id, pinned: true })
  expect(await holdfast.json('posts', 'unpin', 'alice', id)).toEqual({ id, pinned: false })
  const refused = await holdfast.run('posts', 'pin', 'bob', id)
  expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('no such post') })
})

test('A hashtag is featured, and no longer', async () => {
  expect(await holdfast.json('tags', 'feature', 'alice', '#Cats')).toEqual({ tag: 'cats', featured: true })
  expect(await holdfast.json('tags', 'unfeature', 'alice', 'cats')).toEqual({ tag: 'cats', featured: false })
  expect((await holdfast.run('tags', 'feature', 'alice', '123')).code).toBe(1)
})

test('A thread is shown as its reader may see it', async () => {
  const root = await holdfast.json('post', 'alice', 'Question')
  const answer = await holdfast.json('post', 'bob', 'Answer', '--reply-to', root.id)
  const quiet = ['--reply-to', answer.id, '--visibility', 'direct']
  const secret = await holdfast.json('post', 'bob', 'To myself', ...quiet)
  const thread = await holdfast.json('posts', 'thread', 'alice', answer.uri, '--complete')
  expect(thread).toMatchObject({ ancestors: [{ id: root.id }], status: { id: answer.id }, descendants: [] })
  const own = await holdfast.json('posts', 'thread', 'bob', root.id)
  expect(own.descendants.map(({ id }: { id: string }) => id)).toEqual([answer.id, secret.id])
  const shown = await holdfast.run('posts', 'thread', 'alice', root.id)
  expect(shown.stdout).toMatch(/Question[^]*Answer/)
  expect((await holdfast.run('posts', 'thread', 'alice', secret.id)).code).toBe(1)
})
