import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { testOrigin } from '../support/context.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob']) {
    await holdfast.json(
      'account',
      'create',
      name,
      '--email',
      `${name}@mail.example`,
      '--password',
      'correct horse',
    )
  }
  await holdfast.json('follow', 'bob', 'alice')
})
afterAll(() => holdfast.close())

test('A post is on the timelines of its author and of those who follow', async () => {
  const { id, uri } = await holdfast.json('post', 'alice', 'Hello <World> #one')
  expect(uri).toBe(`${testOrigin}/users/alice/statuses/${id}`)
  const [seen] = await holdfast.json('timeline', 'bob')
  expect(seen).toEqual({
    id,
    uri,
    account: 'alice@home.example',
    content: expect.stringContaining('<p>Hello &#60;World&#62; <a href="https://home.example/tags/one"'),
    text: 'Hello <World> #one',
    summary: '',
    visibility: 'public',
    created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    edited_at: null,
    in_reply_to_uri: null,
    mentions: [],
    boost_of: null,
    imported_from: null,
    quote: null,
    poll: null,
  })
  expect(await holdfast.json('timeline', 'alice')).toMatchObject([{ id }])
})

test('A text may begin with anything after --', async () => {
  const { code } = await holdfast.run('post', 'alice', '--', '--json is how scripts ask')
  expect(code).toBe(0)
  expect(await holdfast.json('timeline', 'alice', '--limit', '1')).toMatchObject([
    { text: '--json is how scripts ask' },
  ])
})

test('A reply, its warning and its language are kept, and who may not see it does not', async () => {
  const parent = await holdfast.json('post', 'bob', 'Question')
  const options = [
    '--visibility',
    'direct',
    '--summary',
    'careful',
    '--language',
    'en',
    '--reply-to',
    parent.id,
  ]
  const { id } = await holdfast.json('post', 'alice', 'Answer', ...options)
  expect(await holdfast.json('timeline', 'alice', '--limit', '1')).toMatchObject([
    { id, summary: 'careful', visibility: 'direct', in_reply_to_uri: parent.uri },
  ])
  expect(await holdfast.json('timeline', 'bob')).not.toContainEqual(expect.objectContaining({ id }))
})

test('A timeline for people says who, when and what', async () => {
  await holdfast.json('post', 'alice', 'One\n\nTwo', '--summary', 'numbers')
  const { stdout } = await holdfast.run('timeline', 'bob', '--limit', '1')
  expect(stdout).toMatch(/^alice@home\.example · \S+Z · public · \d+\n\[numbers\]\nOne\n\nTwo\n$/)
})

test('A post is edited and deleted by its author only', async () => {
  const { id } = await holdfast.json('post', 'alice', 'Frist')
  await holdfast.json('posts', 'edit', 'alice', id, 'First')
  expect(await holdfast.json('timeline', 'bob', '--limit', '1')).toMatchObject([
    { id, text: 'First', edited_at: expect.any(String) },
  ])
  const missing = { code: 1, stdout: '', stderr: 'You have no such post.\n' }
  expect(await holdfast.run('posts', 'edit', 'bob', id, 'Mine')).toEqual(missing)
  expect(await holdfast.run('posts', 'delete', 'bob', id)).toEqual(missing)
  await holdfast.json('posts', 'delete', 'alice', id)
  expect(await holdfast.json('timeline', 'bob')).not.toContainEqual(expect.objectContaining({ id }))
  expect(await holdfast.run('posts', 'delete', 'alice', id)).toEqual(missing)
})

test.each([
  ['post', 'alice', ' '],
  ['post', 'nobody', 'Hello'],
  ['post', 'alice', 'Hello', '--reply-to', '12345'],
  ['timeline', 'nobody'],
])('%s %s %s: not possible', async (...argv) => {
  expect(await holdfast.run(...argv)).toMatchObject({ code: 1, stdout: '' })
})

test.each([
  ['posts', 'delete', 'alice', 'x'],
  ['posts', 'delete', 'alice', '9223372036854775808'],
  ['timeline', 'alice', '--limit', '0'],
  ['timeline', 'alice', '--limit', 'all'],
])('%s %s %s %s: not understood', async (...argv) => {
  expect(await holdfast.run(...argv)).toMatchObject({ code: 2, stdout: '' })
})
