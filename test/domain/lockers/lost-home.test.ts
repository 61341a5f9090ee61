import { afterAll, beforeAll, expect, test } from 'vitest'
import { addDestination, lockerDestination } from '../../../src/domain/kits/choose-destinations.ts'
import { createKit } from '../../../src/domain/kits/create-kit.ts'
import { makeLocker } from '../../../src/domain/lockers/keep-locker.ts'
import { openLocker } from '../../../src/domain/lockers/open-locker.ts'
import { openRecovery } from '../../../src/domain/recovery/open-recovery.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const passphrase = 'seven sisters under the sea'

let keeper: TestServer
let refuge: TestServer

beforeAll(async () => {
  ;[keeper, refuge] = await Promise.all([startServer(), startServer()])
})
afterAll(async () => {
  for (const server of [keeper, refuge]) await server?.[Symbol.asyncDispose]()
})

/** Lets a member live somewhere until that place and its data are gone. @returns who they were */
async function loseHome(address: string): Promise<string> {
  await using home = await startServer()
  const member = await createMember(home.ctx, 'ann')
  await createKit(home.ctx, member, passphrase, { withKey: true, withMedia: false })
  await addDestination(home.ctx, member, lockerDestination(home.ctx, address))
  await home.settle()
  return `${home.origin}/users/ann`
}

test('Whoever lost their server comes back with three things: where the locker is, who they were, the passphrase', async () => {
  const { address } = await makeLocker(keeper.ctx, await createMember(keeper.ctx, 'friend'))
  const former = await loseHome(address)
  const ann = await createMember(refuge.ctx, 'ann')
  const { host } = new URL(former)
  const { ctx } = refuge
  const wrong = openRecovery(
    ctx,
    ann,
    openLocker(ctx, keeper.origin, `@ann@${host}`, 'not that one'),
    'not that one',
  )
  await expect(wrong).rejects.toMatchObject({ code: 'not_found' })
  const source = openLocker(ctx, keeper.origin, `@ann@${host}`, passphrase)
  const opened = await openRecovery(ctx, ann, source, passphrase)
  expect(opened).toMatchObject({ formerUri: former, hasKey: true })
})

test('An instance that cannot be reached, or keeps no lockers, is named', async () => {
  const read = async (host: string) => {
    for await (const chunk of openLocker(refuge.ctx, host, 'https://old.example/users/ann', passphrase))
      throw new Error(`Got ${chunk.length} bytes`)
  }
  await expect(read('http://localhost:9')).rejects.toMatchObject({
    code: 'unavailable',
    message: 'localhost:9 cannot be reached, or broke off.',
  })
  for (const host of ['ftp://far.example', 'https://a:b@far.example', '://'])
    await expect(read(host)).rejects.toMatchObject({ code: 'invalid' })
})
