import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  for (const name of ['alice', 'bob']) {
    const more = ['--email', `${name}@mail.example`, '--password', 'correct horse']
    await holdfast.json('account', 'create', name, ...more)
  }
})
afterAll(() => holdfast.close())

const latest = async (name: string) => (await holdfast.json('timeline', name, '--limit', '1'))[0]

test('A post quotes another one until that one’s author no longer lets it', async () => {
  const quoted = await holdfast.json('post', 'alice', 'Hello')
  const { id, uri } = await holdfast.json('post', 'bob', 'Look', '--quote', quoted.id)
  expect(await latest('bob')).toMatchObject({ id, quote: { state: 'accepted', uri: quoted.uri } })
  expect(await holdfast.json('posts', 'revoke-quote', 'alice', uri)).toEqual({ uri })
  expect(await latest('bob')).toMatchObject({ id, quote: { state: 'revoked' } })
  const again = await holdfast.run('posts', 'revoke-quote', 'alice', uri)
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('does not quote you') })
})

test('A post says who may quote it', async () => {
  const { id } = await holdfast.json('post', 'alice', 'Mine', '--quote-policy', 'nobody')
  const { code, stderr } = await holdfast.run('post', 'bob', 'Look', '--quote', id)
  expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('quoted by you') })
  const own = await holdfast.json('post', 'alice', 'Look', '--quote', id)
  expect(await latest('alice')).toMatchObject({ id: own.id, quote: { state: 'accepted' } })
})
