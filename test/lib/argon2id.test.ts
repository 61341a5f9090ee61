import { expect, test } from 'vitest'
import { argon2id, deriveInSlices } from '../../src/lib/argon2id.ts'

const cost = { memoryKib: 1024, passes: 2, lanes: 1 }
const salt = Buffer.alloc(16, 1)

test('Every Node derives the same key', async () => {
  const key = await argon2id('pass', salt, cost)
  expect(key).toEqual(await deriveInSlices(Buffer.from('pass'), salt, cost))
  expect(key).toHaveLength(32)
})

test('However a character was typed, it is the same passphrase', async () => {
  expect(await argon2id('\u00e9', salt, cost)).toEqual(await argon2id('e\u0301', salt, cost))
})
