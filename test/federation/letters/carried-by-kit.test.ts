import { verifyJsonLd, verifyObject } from '@fedify/fedify/sig'
import { Activity } from '@fedify/vocab'
import { preloadedContexts } from '@fedify/vocab-runtime'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { unlockSigner } from '../../../src/domain/accounts/keys.ts'
import { updateOwnProfile } from '../../../src/domain/accounts/update-profile.ts'
import { followActor } from '../../../src/domain/follows/follow-actor.ts'
import { createKit } from '../../../src/domain/kits/create-kit.ts'
import { writeCopy } from '../../../src/domain/kits/write-copy.ts'
import { addAlias } from '../../../src/domain/moving/add-alias.ts'
import { removeAlias } from '../../../src/domain/moving/remove-alias.ts'
import { verifySignedMove } from '../../../src/federation/signing/verify-carried.ts'
import { parsePublicKey } from '../../../src/lib/signatures/keys.ts'
import { findAccount, findRemoteActor, type Actor } from '../../../src/store/actors.ts'
import { findFollowBetween } from '../../../src/store/follows.ts'
import { findRemoteKey } from '../../../src/store/keys.ts'
import { openKit } from '../../support/open-kit.ts'
import { post } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'

type Json = Record<string, any>
const passphrase = 'a phrase that nobody guesses'

/** Alice lives at `home`, and means to come back at `haven`; carol follows her from `third`, dave from `fourth`. */
let home: TestServer
let haven: TestServer
let third: TestServer
let fourth: TestServer
let alice: Actor
let newAlice: Actor
let carol: Actor
let dave: Actor
let letters: { kind: string; standby: string; document: string }[]

beforeAll(async () => {
  ;[home, haven, third, fourth] = await Promise.all([
    startServer(),
    startServer(),
    startServer(),
    startServer(),
  ])
  alice = await createMember(home.ctx, 'alice')
  newAlice = await createMember(haven.ctx, 'alice')
  carol = await createMember(third.ctx, 'carol')
  await addAlias(haven.ctx, newAlice, uriOf(home))
  dave = await createMember(fourth.ctx, 'dave')
  for (const [{ ctx }, follower] of [[third, carol] as const, [fourth, dave] as const])
    await followActor(ctx, follower, (await ctx.remote.resolveActor(uriOf(home)))!)
  await Promise.all([third.settle(), fourth.settle()])
  await home.settle()
  await createKit(home.ctx, alice, passphrase, {
    ...{ standby: uriOf(haven), withKey: false, withMedia: false },
  })
  letters = await lettersInKit()
}, 120_000)
afterAll(async () => {
  await Promise.all([home, haven, third, fourth].map((server) => server?.[Symbol.asyncDispose]()))
}, 60_000)

const uriOf = ({ origin }: TestServer): string => `${origin}/users/alice`

async function readCopy() {
  const lines = []
  for await (const line of writeCopy(home.ctx, alice.id)) lines.push(line)
  return openKit(lines.join(''), passphrase)
}

async function lettersInKit() {
  const { items } = await readCopy()
  return items['letters'] as typeof letters
}

const documentOf = (kind: string): Json =>
  JSON.parse(letters.find((letter) => letter.kind === kind)!.document)

/** Whether carol's server knows the key, which it learned while alice's was there. */
const findKey = async (keyId: string) => {
  const key = await findRemoteKey(third.ctx.db, keyId)
  const publicKey = parsePublicKey(key?.publicKey ?? '')
  return key && publicKey && { publicKey, actorUri: key.actorUri }
}

/** Contexts that everybody knows, and what a server says. */
async function load(url: string) {
  const known = preloadedContexts[url]
  const accept = 'application/activity+json'
  const document = known ?? (await (await fetch(url, { headers: { accept } })).json())
  return { contextUrl: null, documentUrl: url, document }
}

describe('Letters in a kit', () => {
  test('are addressed from the old account to the standby, and do not end', () => {
    const [move, embedded, update] = ['move', 'move_embedded', 'update'].map(documentOf)
    const from = uriOf(home)
    expect(letters).toHaveLength(3)
    expect(move).toMatchObject({ type: 'Move', actor: from, object: from, target: uriOf(haven) })
    expect(move!['to']).toEqual([`${from}/followers`])
    expect(embedded).toMatchObject({ type: 'Move', actor: from, target: uriOf(haven) })
    expect(embedded!['object']).toMatchObject({
      id: from,
      inbox: `${from}/inbox`,
      publicKey: { owner: from },
    })
    expect(update).toMatchObject({ type: 'Update', actor: from })
    expect(update!['object']).toMatchObject({ id: from, movedTo: uriOf(haven), publicKey: { owner: from } })
    for (const document of [move, embedded, update]) {
      expect(document!['id']).toMatch(new RegExp(`^${from}#(moves|updates)/`))
      expect(document).not.toHaveProperty('expires')
      expect(document!['proof']).not.toHaveProperty('expires')
      const names = document!['@context'].filter((part: unknown) => typeof part === 'string')
      const known = ['ns/activitystreams', 'security/v1', 'security/data-integrity/v1']
      expect(names.every((name: string) => known.some((end) => name.endsWith(end)))).toBe(true)
    }
  })

  test.each(['move', 'move_embedded', 'update'])(
    '%s verifies by each of its two signatures',
    async (kind) => {
      const document = documentOf(kind)
      const { proof, signature, ...rest } = document
      const expected = { actor: uriOf(home), target: uriOf(haven), id: document['id'] }
      for (const signed of [document, { ...rest, proof }]) {
        const read = await verifySignedMove(signed, uriOf(home), findKey, new Date())
        expect(read).toMatchObject(expected)
      }
      // The second covers the first.
      const byRsa = { ...rest, proof, signature }
      const noProofKey = async (keyId: string) => (keyId.endsWith('#main-key') ? findKey(keyId) : undefined)
      expect(proof.verificationMethod).toBe(`${uriOf(home)}#ed25519-key`)
      expect(signature).toMatchObject({ type: 'RsaSignature2017', creator: `${uriOf(home)}#main-key` })
      expect(
        await verifySignedMove({ ...byRsa, proof: undefined }, uriOf(home), noProofKey, new Date()),
      ).toBeUndefined()
      const tampered = {
        ...document,
        ...(kind === 'update' ? { id: `${uriOf(home)}#x` } : { target: uriOf(third) }),
      }
      expect(await verifySignedMove(tampered, uriOf(home), findKey, new Date())).toBeUndefined()
    },
  )

  test.each(['move', 'move_embedded', 'update'])('%s verifies with Fedify', async (kind) => {
    const document = documentOf(kind)
    const loaders = { documentLoader: load, contextLoader: load }
    expect(await verifyJsonLd(document, loaders)).toBe(true)
    const { signature: _, ...proven } = document
    expect(await verifyObject(Activity, proven, loaders)).toBeInstanceOf(Activity)
  })

  test('stay as they are until the profile changes', async () => {
    expect(await lettersInKit()).toEqual(letters)
    await updateOwnProfile(home.ctx, alice, { displayName: 'Alice the first' })
    alice = (await findAccount(home.ctx.db, 'alice'))!
    const renewed = await lettersInKit()
    expect(renewed).not.toEqual(letters)
    letters = renewed
    expect(documentOf('update')['object']).toMatchObject({ name: 'Alice the first' })
  })

  test('name the actor as it is served', async () => {
    const { items } = await readCopy()
    const served = await fetch(uriOf(home), { headers: { accept: 'application/activity+json' } })
    expect(items['profile']![0].document).toBe(await served.text())
  })

  test(
    'move followers when the old server is gone, brought by the new account',
    { timeout: 90_000 },
    async () => {
      await home[Symbol.asyncDispose]()
      expect(await carry(third, 'move')).toBe(202)
      const isAccepted = async () => (await findFollowOfNewAlice(third, carol))?.state === 'accepted'
      await until('carol to follow the new account', isAccepted, { seconds: 60 })
    },
  )

  test('move nobody once the standby has dropped the alias', async () => {
    await removeAlias(haven.ctx, newAlice, uriOf(home))
    expect(await carry(fourth, 'update')).toBe(202)
    await fourth.settle()
    expect(await findFollowOfNewAlice(fourth, dave)).toBeUndefined()
  })
})

/** Brings a letter to a server, as the account that it leads to. @returns the status */
async function carry(to: TestServer, kind: string): Promise<number> {
  const { privateKey } = await unlockSigner(haven.ctx, newAlice.id)
  const { status } = await post(to, {
    ...{ keyId: `${uriOf(haven)}#main-key`, privateKey, body: documentOf(kind) },
  })
  return status
}

async function findFollowOfNewAlice({ ctx }: TestServer, follower: Actor) {
  const target = await findRemoteActor(ctx.db, uriOf(haven))
  return target && findFollowBetween(ctx.db, follower.id, target.id)
}
