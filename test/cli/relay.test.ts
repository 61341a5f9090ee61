import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine
const url = 'https://relay.example/inbox'

beforeAll(async () => {
  holdfast = await createCommandLine()
})
afterAll(() => holdfast.close())

test('Relays are added, listed and removed', async () => {
  const relay = { url, kind: 'mastodon', state: 'pending', actor: null }
  expect(await holdfast.json('relay', 'add', url)).toEqual(relay)
  expect(await holdfast.json('relay', 'add', url)).toEqual(relay)
  expect(await holdfast.json('relay', 'list')).toEqual([relay])
  expect(await holdfast.run('relay', 'list')).toMatchObject({ stdout: `${url}  mastodon  pending\n` })
  expect(await holdfast.json('relay', 'remove', url)).toEqual({ url, removed: true })
  expect(await holdfast.run('relay', 'list')).toMatchObject({ stdout: 'There are no relays.\n' })
  expect(await holdfast.run('relay', 'remove', url)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${url} is not among the relays.\n`,
  })
})

test.each([
  ['http://relay.example/inbox'],
  ['relay.example'],
  ['ftp://relay.example/inbox'],
  ['https://home.example/inbox'],
  ['https://sub.evil.example/inbox'],
  [url, '--kind', 'other'],
  ['https://127.0.0.1:1/actor', '--kind', 'litepub'],
])('relay add %s %s %s: not possible', async (...argv) => {
  await holdfast.json('domain', 'block', 'evil.example')
  const { code, stdout, stderr } = await holdfast.run('relay', 'add', ...argv)
  expect(code).not.toBe(0)
  expect(stdout).toBe('')
  expect(stderr).toMatch(/^\S.*\n$/)
  expect(await holdfast.json('relay', 'list')).toEqual([])
})
