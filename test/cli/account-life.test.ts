import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
  await create('boss', 'owner')
  await create('alice', 'member')
})
afterAll(() => holdfast.close())

function create(name: string, role: string): Promise<unknown> {
  const given = ['--email', `${name}@mail.example`, '--password', 'correct horse', '--role', role]
  return holdfast.json('account', 'create', name, ...given)
}

test('An account is deleted after 30 days, or at once; the last owner only on purpose', async () => {
  const { deleted_at } = await holdfast.json('account', 'delete', 'alice')
  const days = (Date.parse(deleted_at) - Date.now()) / (24 * 3600_000)
  expect(Math.round(days)).toBe(30)
  expect(await holdfast.json('account', 'delete', 'alice')).toMatchObject({ deleted_at })
  expect(await holdfast.json('account', 'delete', 'alice', '--now')).toMatchObject({ username: 'alice' })
  const refused = await holdfast.run('account', 'delete', 'boss')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('last account that owns this place')
  expect(await holdfast.json('account', 'delete', 'boss', '--last-owner')).toMatchObject({ username: 'boss' })
})

test('Nobody waits where nobody signed up', async () => {
  expect(await holdfast.json('account', 'pending')).toEqual([])
  for (const verb of ['approve', 'reject']) {
    const { code, stderr } = await holdfast.run('account', verb, 'nobody')
    expect([code, stderr]).toEqual([1, 'Nobody of the name nobody waits to be let in.\n'])
  }
})

test('Mails that were not sent are listed without what they say', async () => {
  const mails = await holdfast.json('mail', 'list')
  expect(mails.map(({ kind, state }: { kind: string; state: string }) => [kind, state])).toContainEqual([
    'deletion.asked',
    'waiting',
  ])
  expect(JSON.stringify(mails)).not.toContain('@mail.example')
  expect(await holdfast.json('mail', 'retry')).toEqual({ retried: 0 })
})
