import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'
import { testOrigin } from '../support/context.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob', 'shy']) {
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
  await holdfast.json('account', 'lock', 'shy', 'on')
})
afterAll(() => holdfast.close())

const bob = { account: 'bob@home.example', uri: `${testOrigin}/users/bob` }
const shy = { account: 'shy@home.example', uri: `${testOrigin}/users/shy` }

test.each(['bob', '@bob@home.example', `${testOrigin}/users/bob`])(
  '%s is followed, and not',
  async (acct) => {
    expect(await holdfast.json('follow', 'alice', acct)).toEqual({ state: 'accepted', ...bob })
    expect(await holdfast.json('unfollow', 'alice', acct)).toEqual({ state: 'none', ...bob })
  },
)

test('A locked account says who may follow', async () => {
  expect(await holdfast.json('follow', 'bob', 'shy')).toEqual({ state: 'pending', ...shy })
  expect(await holdfast.json('follow', 'alice', 'shy')).toEqual({ state: 'pending', ...shy })
  expect(await holdfast.json('followers', 'requests', 'shy')).toEqual([
    bob,
    { account: 'alice@home.example', uri: `${testOrigin}/users/alice` },
  ])
  expect(await holdfast.json('followers', 'approve', 'shy', 'bob')).toEqual({ state: 'accepted', ...bob })
  expect(await holdfast.json('followers', 'reject', 'shy', 'alice')).toMatchObject({ state: 'none' })
  expect(await holdfast.json('followers', 'requests', 'shy')).toEqual([])
  await holdfast.json('post', 'shy', 'Psst', '--visibility', 'private')
  expect(await holdfast.json('timeline', 'bob', '--limit', '1')).toMatchObject([{ text: 'Psst' }])
})

test.each([
  ['follow', 'alice', 'alice'],
  ['follow', 'alice', 'nobody'],
  ['follow', 'nobody', 'alice'],
  ['follow', 'alice', `${testOrigin}/users/nobody`],
  ['followers', 'approve', 'bob', 'shy'],
  ['followers', 'reject', 'bob', 'shy'],
])('%s %s %s: not possible', async (...argv) => {
  const { code, stdout, stderr } = await holdfast.run(...argv)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^[A-Z].*\.\n$/)
})
