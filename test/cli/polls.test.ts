import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob']) {
    const account = [name, '--email', `${name}@mail.example`, '--password', 'correct horse']
    await holdfast.json('account', 'create', ...account)
  }
})
afterAll(() => holdfast.close())

const ask = async (...more: string[]): Promise<string> =>
  (await holdfast.json('post', 'alice', 'What?', '--poll', 'Tea|Coffee|Water', ...more)).id

test('A poll is asked, answered once, and shown', async () => {
  const id = await ask('--poll-seconds', '600')
  expect(await holdfast.json('posts', 'vote', 'bob', id, '2')).toEqual({ id, choices: ['Coffee'] })
  const { poll } = await holdfast.json('posts', 'show', 'bob', id)
  expect(poll).toMatchObject({ options: [{ votes: 0 }, { name: 'Coffee', votes: 1 }, {}], voters: 1 })
  expect(await holdfast.run('posts', 'vote', 'bob', id, '1')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'You have voted in this poll already.\n',
  })
})

test('Several answers are given at once where that is offered', async () => {
  const id = await ask('--poll-multiple')
  const { stdout } = await holdfast.run('posts', 'vote', 'bob', id, '1', '3')
  expect(stdout).toBe('Voted for Tea, Water.\n')
})

test('All versions of a post are shown to those who may see it', async () => {
  const { id } = await holdfast.json('post', 'alice', 'Frist', '--visibility', 'private', '--summary', 'w')
  await holdfast.json('posts', 'edit', 'alice', id, 'First')
  expect(await holdfast.json('posts', 'history', 'alice', id)).toEqual([
    expect.objectContaining({ text: 'Frist', summary: 'w', poll_options: null }),
    expect.objectContaining({ text: 'First', summary: '', content: '<p>First</p>' }),
  ])
  const { stdout } = await holdfast.run('posts', 'history', 'alice', id)
  expect(stdout).toMatch(/^\S+Z\n\[w\]\nFrist\n\n\S+Z\nFirst\n$/)
  expect(await holdfast.run('posts', 'history', 'bob', id)).toMatchObject({ code: 1, stdout: '' })
})

test.each([
  ['post', 'alice', 'What?', '--poll', 'Tea'],
  ['post', 'alice', 'What?', '--poll', 'Tea|Coffee', '--poll-seconds', '10'],
  ['posts', 'vote', 'bob', '12345', '1'],
])('%s %s %s %s %s: not possible', async (...argv) => {
  expect(await holdfast.run(...argv)).toMatchObject({ code: 1, stdout: '' })
})

test.each([
  ['post', 'alice', 'What?', '--poll', 'A|B', '--poll-seconds', 'soon'],
  ['posts', 'vote', 'bob', '12345', '0'],
  ['posts', 'vote', 'bob', '12345', 'tea'],
  ['posts', 'vote', 'bob', '12345'],
])('%s %s %s %s: not understood', async (...argv) => {
  expect(await holdfast.run(...argv)).toMatchObject({ code: 2, stdout: '' })
})
