import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine
let post: { id: string; uri: string }

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob']) {
    const email = `${name}@mail.example`
    await holdfast.json('account', 'create', name, '--email', email, '--password', 'correct horse')
  }
  await holdfast.json('follow', 'bob', 'alice')
  post = await holdfast.json('post', 'alice', 'Hello')
})
afterAll(() => holdfast.close())

test('A post shows what others did with it, and no more once it is taken back', async () => {
  const nothing = { likes: 0, boosts: 0, replies: 0, reactions: [], liked: false, boosted: false }
  expect(await holdfast.json('posts', 'show', 'bob', post.uri)).toMatchObject({
    ...post,
    text: 'Hello',
    ...nothing,
  })
  await holdfast.json('posts', 'like', 'bob', post.id)
  await holdfast.json('posts', 'react', 'bob', post.uri, '🎉')
  await holdfast.json('posts', 'boost', 'bob', post.id)
  await holdfast.json('post', 'bob', 'Indeed', '--reply-to', post.id)
  const reactions = [{ name: '🎉', emoji_url: null, count: 1, mine: true }]
  const some = { likes: 1, boosts: 1, replies: 1, reactions, liked: true, boosted: true }
  expect(await holdfast.json('posts', 'show', 'bob', post.id)).toMatchObject(some)
  expect(await holdfast.json('posts', 'show', 'alice', post.id)).toMatchObject({ likes: 1, liked: false })
  const { stdout } = await holdfast.run('posts', 'show', 'alice', post.id)
  expect(stdout).toMatch(/\nHello\nlikes 1 · boosts 1 · replies 1 · 🎉 1\n$/)
  await holdfast.json('posts', 'unlike', 'bob', post.id)
  await holdfast.json('posts', 'unreact', 'bob', post.id, '🎉')
  await holdfast.json('posts', 'unboost', 'bob', post.id)
  expect(await holdfast.json('posts', 'show', 'bob', post.id)).toMatchObject({ ...nothing, replies: 1 })
})

test('A timeline shows what was boosted', async () => {
  const boost = await holdfast.json('posts', 'boost', 'alice', post.id, '--visibility', 'unlisted')
  expect(boost).toMatchObject({ boost_of_id: post.id })
  const [row] = await holdfast.json('timeline', 'bob', '--limit', '1')
  expect(row).toMatchObject({
    id: boost.id,
    uri: boost.uri,
    visibility: 'unlisted',
    boost_of: { uri: post.uri, account: 'alice@home.example', text: 'Hello' },
  })
  const { stdout } = await holdfast.run('timeline', 'bob', '--limit', '1')
  expect(stdout).toMatch(/\nBoosted alice@home\.example: Hello\n$/)
})

test.each([
  ['posts', 'like', 'bob', '12345'],
  ['posts', 'boost', 'bob', 'https://home.example/users/alice/statuses/12345'],
  ['posts', 'show', 'nobody', '12345'],
  ['posts', 'react', 'bob', '12345', 'x'],
])('%s %s %s %s: not possible', async (...argv) => {
  expect(await holdfast.run(...argv)).toMatchObject({ code: 1, stdout: '' })
})

test.each([
  ['posts', 'like', 'bob', 'that one'],
  ['posts', 'boost', 'bob', '12345', '--visibility', 'direct'],
])('%s %s %s %s: not understood', async (...argv) => {
  expect(await holdfast.run(...argv)).toMatchObject({ code: 2, stdout: '' })
})
