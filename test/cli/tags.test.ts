import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  const member = ['--email', 'alice@mail.example', '--password', 'correct horse']
  await holdfast.json('account', 'create', 'alice', ...member)
})
afterAll(() => holdfast.close())

test('Hashtags are followed, listed and left, however they are typed', async () => {
  expect(await holdfast.json('tags', 'follow', 'alice', '#Fediverse')).toEqual({
    tag: 'fediverse',
    following: true,
  })
  await holdfast.json('tags', 'follow', 'alice', 'FEDIVERSE')
  await holdfast.json('tags', 'follow', 'alice', 'Ärger')
  const listed = await holdfast.json('tags', 'list', 'alice')
  expect(listed.map(({ tag }: { tag: string }) => tag)).toEqual(['fediverse', 'ärger'])
  expect(await holdfast.run('tags', 'list', 'alice')).toMatchObject({ stdout: '#fediverse\n#ärger\n' })
  expect(await holdfast.json('tags', 'unfollow', 'alice', 'fediverse')).toEqual({
    tag: 'fediverse',
    following: false,
  })
  await holdfast.json('tags', 'unfollow', 'alice', 'fediverse')
  expect(await holdfast.run('tags', 'list', 'alice')).toMatchObject({ stdout: '#ärger\n' })
})

test.each(['2026', 'two words', '', '#', 'a-b', '##twice'])('"%s" is not followed', async (tag) => {
  const { code, stdout, stderr } = await holdfast.run('tags', 'follow', 'alice', tag)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/is not a hashtag/)
})
