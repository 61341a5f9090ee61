import { argon2Sync } from 'node:crypto'
import { expect, test } from 'vitest'
import { hashPassword } from '../../../src/domain/auth/passwords.ts'

const format =
  /^\$argon2id\$v=19\$m=(?<memory>\d+),t=(?<passes>\d+),p=(?<parallelism>\d+)\$(?<salt>[A-Za-z0-9+/]+)\$(?<tag>[A-Za-z0-9+/]+)$/

test('A hash says by itself how Argon2id makes it again from the password', async () => {
  const { memory, passes, parallelism, salt, tag } =
    format.exec(await hashPassword('påsswörd 1'))?.groups ?? {}
  const again = argon2Sync('argon2id', {
    message: 'påsswörd 1',
    nonce: Buffer.from(salt ?? '', 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: 32,
  })
  expect(again).toEqual(Buffer.from(tag ?? '', 'base64'))
  expect({ memory, passes, parallelism }).toEqual({ memory: '19456', passes: '2', parallelism: '1' })
})

test('Two hashes of one password differ', async () => {
  expect(await hashPassword('correct horse')).not.toBe(await hashPassword('correct horse'))
})
