import { createPublicKey, sign, verify } from 'node:crypto'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Context } from '../../../src/context.ts'
import { createAccount } from '../../../src/domain/accounts/create-account.ts'
import { unlockSigner } from '../../../src/domain/accounts/keys.ts'
import { createKeyring } from '../../../src/lib/keyring.ts'
import { findAccount } from '../../../src/store/actors.ts'
import { listCurrentKeys } from '../../../src/store/keys.ts'
import { createTestContext, type TestContext } from '../../support/context.ts'

let world: TestContext
let ctx: Context

beforeAll(async () => {
  world = await createTestContext()
  ctx = world.ctx
})
afterAll(() => world.close())

const form = { email: 'someone@mail.example', password: 'correct horse', role: 'member' } as const

test('A new account is found by its name in any case', async () => {
  const made = await createAccount(ctx, { ...form, username: 'Alice', email: 'alice@mail.example' })
  expect(await findAccount(ctx.db, 'aLICE')).toEqual(made)
  expect(made).toMatchObject({ username: 'Alice', isLocal: true, uri: null, url: null, domain: null })
})

test('A name that differs in case only is taken', async () => {
  await createAccount(ctx, { ...form, username: 'bob', email: 'bob@mail.example' })
  const again = createAccount(ctx, { ...form, username: 'BOB', email: 'other@mail.example' })
  await expect(again).rejects.toMatchObject({ code: 'conflict', message: 'The name BOB is taken.' })
})

test('Of two who ask for one name at the same time one gets it', async () => {
  const ask = (email: string) => createAccount(ctx, { ...form, username: 'rush', email })
  const results = await Promise.allSettled([ask('rush1@mail.example'), ask('rush2@mail.example')])
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused).toMatchObject([{ reason: { code: 'conflict' } }])
})

test('The name of somebody who left is never given out again', async () => {
  const left = await createAccount(ctx, { ...form, username: 'gone', email: 'gone@mail.example' })
  await ctx.db.updateTable('accounts').set({ deletedAt: ctx.now() }).where('id', '=', left.id).execute()
  const again = createAccount(ctx, { ...form, username: 'gone', email: 'new@mail.example' })
  await expect(again).rejects.toMatchObject({ code: 'conflict' })
})

test('An e-mail address that is in use, in any case, leaves no account behind', async () => {
  await createAccount(ctx, { ...form, username: 'carol', email: 'carol@mail.example' })
  const second = createAccount(ctx, { ...form, username: 'carol2', email: 'Carol@Mail.example' })
  await expect(second).rejects.toMatchObject({ code: 'conflict' })
  expect(await findAccount(ctx.db, 'carol2')).toBeUndefined()
})

test.each([
  ['', 'letters'],
  ['a b', 'letters'],
  ['ålice', 'letters'],
  ['a'.repeat(31), 'letters'],
  ['instance.actor', 'letters'],
  ['alice\n', 'letters'],
  ['Admin', 'reserved'],
  ['HOLDFAST', 'reserved'],
])('The username %j will not do', async (username, why) => {
  const attempt = createAccount(ctx, { ...form, username })
  await expect(attempt).rejects.toMatchObject({ code: 'invalid', message: expect.stringContaining(why) })
})

test.each([
  { email: 'nobody', password: 'correct horse' },
  { email: 'a b@mail.example', password: 'correct horse' },
  { email: 'dave@mail.example', password: 'short' },
  { email: 'dave@mail.example', password: 'x'.repeat(1001) },
])('The credentials %j will not do', async (credentials) => {
  const attempt = createAccount(ctx, { ...form, ...credentials, username: 'dave' })
  await expect(attempt).rejects.toMatchObject({ code: 'invalid' })
})

test('An account has an RSA-2048 and an Ed25519 key whose private halves open and fit', async () => {
  const account = await createAccount(ctx, { ...form, username: 'erin', email: 'erin@mail.example' })
  const keys = await listCurrentKeys(ctx.db, account.id)
  expect(keys.map((key) => [key.kind, key.fragment])).toEqual([
    ['rsa', 'main-key'],
    ['ed25519', 'ed25519-key'],
  ])
  const signer = await unlockSigner(ctx, account.id)
  const publicKey = createPublicKey(keys[0]?.publicKey ?? '')
  expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048)
  const message = Buffer.from('message')
  expect(signer.fragment).toBe('main-key')
  expect(verify('sha256', message, publicKey, sign('sha256', message, signer.privateKey))).toBe(true)
})

test('A private key is bound to its own row and to the root secret', async () => {
  const account = await createAccount(ctx, { ...form, username: 'frank', email: 'frank@mail.example' })
  const other = { ...ctx, keyring: createKeyring(Buffer.alloc(32, 8)) }
  await expect(unlockSigner(other, account.id)).rejects.toThrow()
  const [rsa, ed25519] = await listCurrentKeys(ctx.db, account.id)
  await sql`update account_private_keys set wrapped = (
    select wrapped from account_private_keys where key_id = ${ed25519?.id}) where key_id = ${rsa?.id}`.execute(
    ctx.db,
  )
  await expect(unlockSigner(ctx, account.id)).rejects.toThrow()
})

test('No row of any table holds a private key or a password in clear', async () => {
  await createAccount(ctx, {
    ...form,
    username: 'grace',
    email: 'grace@mail.example',
    password: 'open sesame',
  })
  const dump = await sql<{ xml: string }>`
    select database_to_xml(true, false, '') :: text as xml`.execute(ctx.db)
  const text = dump.rows[0]?.xml ?? ''
  expect(text).toContain('grace@mail.example')
  expect(text).not.toMatch(/PRIVATE KEY|open sesame/)
  const wrapped = await ctx.db.selectFrom('accountPrivateKeys').select('wrapped').execute()
  expect(wrapped.filter((row) => looksLikePkcs8(row.wrapped))).toEqual([])
})

/** A DER sequence that starts with version 0. */
function looksLikePkcs8(bytes: Buffer): boolean {
  return bytes[0] === 0x30 || bytes.includes(Buffer.from('020100300d06092a864886f70d010101', 'hex'))
}
