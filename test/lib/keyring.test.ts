import { expect, test } from 'vitest'
import { createKeyring } from '../../src/lib/keyring.ts'

const keyring = createKeyring(Buffer.alloc(32, 1))
const secret = Buffer.from('a private key')
const purpose = 'account-key:1'

test('What is wrapped opens again, also from the same root secret elsewhere', () => {
  const wrapped = keyring.wrap(purpose, secret)
  expect(keyring.unwrap(purpose, wrapped)).toEqual(secret)
  expect(createKeyring(Buffer.alloc(32, 1)).unwrap(purpose, wrapped)).toEqual(secret)
})

test('A wrapped secret shows nothing of the secret, and differs each time', () => {
  const wrapped = keyring.wrap(purpose, secret)
  expect(wrapped.includes(secret)).toBe(false)
  expect(keyring.wrap(purpose, secret)).not.toEqual(wrapped)
  expect(wrapped).toHaveLength(1 + 12 + 16 + secret.length)
})

test('It opens for no other purpose and under no other root secret', () => {
  const wrapped = keyring.wrap(purpose, secret)
  expect(() => keyring.unwrap('account-key:2', wrapped)).toThrow()
  expect(() => createKeyring(Buffer.alloc(32, 2)).unwrap(purpose, wrapped)).toThrow()
})

test('It does not open when any byte of it was altered, or when it was cut', () => {
  const wrapped = keyring.wrap(purpose, secret)
  for (const index of wrapped.keys()) {
    const altered = Buffer.from(wrapped)
    altered[index] = (altered[index] ?? 0) ^ 1
    expect(() => keyring.unwrap(purpose, altered), `byte ${index}`).toThrow()
  }
  for (const length of [0, 1, 13, 20, 29, wrapped.length - 1]) {
    expect(() => keyring.unwrap(purpose, wrapped.subarray(0, length)), `length ${length}`).toThrow()
  }
})

test('A version of the key that we do not know is named', () => {
  const wrapped = keyring.wrap(purpose, secret)
  wrapped[0] = 9
  expect(() => keyring.unwrap(purpose, wrapped)).toThrow('unknown key version 9')
})

test('No two uses share a key', () => {
  expect(keyring.derive('sessions')).toHaveLength(32)
  expect(keyring.derive('sessions')).toEqual(keyring.derive('sessions'))
  expect(keyring.derive('sessions')).not.toEqual(keyring.derive('links'))
})
