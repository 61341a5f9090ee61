import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  const who = ['--email', 'alice@mail.example', '--password', 'correct horse', '--role', 'owner']
  await holdfast.json('account', 'create', 'alice', ...who)
})
afterAll(() => holdfast.close())

test('An account can be signed out everywhere', async () => {
  expect(await holdfast.json('account', 'sign-out', 'alice')).toMatchObject({ username: 'alice' })
  const { code } = await holdfast.run('account', 'sign-out', 'nobody')
  expect(code).toBe(1)
})

test('What apps are told of this place is set and shown', async () => {
  const named = ['--title', 'Kelp', '--registrations', 'approval', '--contact', 'alice']
  const set = await holdfast.json('instance', 'set', ...named)
  expect(set).toMatchObject({ title: 'Kelp', registrations: 'approval', contactUsername: 'alice' })
  expect(await holdfast.json('instance', 'set')).toEqual(set)
  expect((await holdfast.run('instance', 'set', '--contact', 'nobody')).code).toBe(1)
  expect((await holdfast.run('instance', 'set', '--source', 'javascript:x')).code).toBe(1)
})
