import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { receiveFollow } from '../../../src/domain/follows/receive-follow.ts'
import { createGuardedFetch, type GuardedClient } from '../../../src/lib/safe-fetch.ts'
import { exportPublicKeyPem, generateRsaKeyPair } from '../../../src/lib/signatures/keys.ts'
import { bindRemoteKeys } from '../../../src/store/keys.ts'
import { record, type Listening } from '../../lib/safe-fetch-servers.ts'
import { post } from '../../support/letters.ts'
import { createMember, createStranger } from '../../support/people.ts'
import { activityOf, createOf, noteOf } from '../../support/remote-server.ts'
import { startServer, type TestServer } from '../../support/server.ts'

let server: TestServer
let inside: Listening
let client: GuardedClient
let asked: string[] = []
const { publicKey, privateKey } = await generateRsaKeyPair()

/** Every name of a stranger leads inside; the port of what stands there is open to us, so that only its address is in the way. */
beforeAll(async () => {
  inside = await record()
  const resolve = async (hostname: string) => {
    asked.push(hostname)
    return [{ address: '127.0.0.1', family: 4 }]
  }
  client = createGuardedFetch({
    allowPrivateAddress: false,
    userAgent: 'Holdfast/test',
    extraPorts: [inside.port],
    resolve,
  })
  server = await startServer({ env: { ALLOW_PRIVATE_ADDRESS: 'false' }, parts: { fetch: client } })
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await client?.close()
  await inside?.[Symbol.asyncDispose]()
})

beforeEach(() => {
  asked = []
})

const evil = () => `evil.example:${inside.port}`

/** Somebody of a stranger's server, whose key we know already. */
async function knowMal(username: string) {
  const mal = await createStranger(server.ctx, username, { domain: evil() })
  const keyId = `${mal.uri}#main-key`
  const key = { keyUri: keyId, actorUri: mal.uri, publicKey: exportPublicKeyPem(publicKey) }
  await server.ctx.db.transaction().execute((tx) => bindRemoteKeys(tx, [key], new Date()))
  return { mal, keyId }
}

describe('with every guard up, no connection leads inside', () => {
  it.each([
    ...['evil.example', '127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '2130706433'],
    ...['169.254.169.254', '10.0.0.1'],
  ])('for the key of a stranger at %s', async (host) => {
    const uri = `https://${host}:${inside.port}/users/mal`
    const body = createOf({ uri }, noteOf({ uri }))
    const answer = await post(server, { keyId: `${uri}#main-key`, privateKey, body })
    expect(answer.status).toBe(401)
    expect(asked).toEqual(host === 'evil.example' ? [host] : [])
    expect(inside.connections()).toBe(0)
  })

  it('for a handle', async () => {
    await expect(server.ctx.remote.resolveHandle(`mal@${evil()}`)).rejects.toThrow('does not answer')
    expect(asked).not.toEqual([])
    expect(inside.connections()).toBe(0)
  })

  it('for an inbox, whose delivery is given up', async () => {
    const bob = await createMember(server.ctx, 'bob')
    const { mal } = await knowMal('follower')
    await receiveFollow(server.ctx, { follower: mal, target: bob, activityUri: `${mal.uri}#follow` })
    await server.settle()
    const deliveries = await server.ctx.db.selectFrom('deliveries').select(['state', 'lastError']).execute()
    expect(deliveries).toEqual([{ state: 'dead', lastError: expect.stringContaining('blocked address') }])
    expect(inside.connections()).toBe(0)
  })

  it('for a context that a document names, or a post that is passed on', async () => {
    const { mal, keyId } = await knowMal('sender')
    const context = `https://${evil()}/context`
    const strange = {
      ...activityOf(mal, 'Like', { object: `${server.origin}/users/bob` }),
      '@context': context,
    }
    expect((await post(server, { keyId, privateKey, body: strange })).status).toBe(202)
    const carried = createOf(
      { uri: `https://${evil()}/users/other` },
      noteOf({ uri: `https://${evil()}/users/other` }),
    )
    expect((await post(server, { keyId, privateKey, body: { ...carried, signature: {} } })).status).toBe(202)
    await server.settle()
    const { lastError } = await server.ctx.db
      .selectFrom('inboxMessages')
      .select('lastError')
      .executeTakeFirstOrThrow()
    expect(lastError).toMatch(/context/i)
    expect(asked).not.toEqual([])
    expect(inside.connections()).toBe(0)
  })
})
