import { createPublicKey, randomBytes, type KeyObject } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { unlockKey } from '../../src/domain/accounts/keys.ts'
import { followActor } from '../../src/domain/follows/follow-actor.ts'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { removeAlias } from '../../src/domain/moving/remove-alias.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { createKit } from '../../src/domain/kits/create-kit.ts'
import { collectParts } from '../../src/domain/kits/collect-parts.ts'
import type { KitPart } from '../../src/domain/kits/kit-format.ts'
import { createKitHeader } from '../../src/domain/kits/kit-keys.ts'
import { readKit } from '../../src/domain/kits/read-kit.ts'
import { requireKit, writeCopy } from '../../src/domain/kits/write-copy.ts'
import { writeKit } from '../../src/domain/kits/write-kit.ts'
import { getRecovery } from '../../src/domain/recovery/describe-recovery.ts'
import { openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { startRecovery } from '../../src/domain/recovery/start-recovery.ts'
import {
  exportPublicKeyPem,
  generateEd25519KeyPair,
  generateRsaKeyPair,
} from '../../src/lib/signatures/keys.ts'
import { exportPrivateKeyDer, toMultikey } from '../../src/lib/signatures/keys.ts'
import type { Actor } from '../../src/store/actors.ts'
import { post } from '../support/letters.ts'
import { createMember } from '../support/people.ts'
import { startRemoteServer } from '../support/remote-server.ts'
import { startServer, type TestServer } from '../support/server.ts'
import { makeMover, say, type Mover } from '../recovery/movers.ts'
import { gotosocial } from '../support/receivers/kept-key.ts'
import { mastodon } from '../support/receivers/mastodon.ts'
import { startStage, type Stage } from '../recovery/stage.ts'

const passphrase = 'a phrase that nobody guesses'

/** The place of alice, which dies; the one to which her letters lead; and one where nobody expects her. */
let home: TestServer
let haven: TestServer
let elsewhere: TestServer
let alice: Actor
let formerUri: string
let withLetters: string
let withKey: string
let parts: KitPart[]
/** Signs her kits. */
let aliceKey: KeyObject
let stage: Stage
let revoked: Mover
let standing: Mover

beforeAll(async () => {
  ;[home, haven, elsewhere] = await Promise.all([startServer(), startServer(), startServer()])
  alice = await createMember(home.ctx, 'alice')
  formerUri = `${home.origin}/users/alice`
  for (const name of ['alice', 'mallory']) await createMember(haven.ctx, name)
  for (const name of ['alice', 'other']) await createMember(elsewhere.ctx, name)
  await addAlias(haven.ctx, await getAccount(haven.ctx, 'alice'), formerUri)
  stage = await startStage({ only: [mastodon, gotosocial] })
  await stage.follow(formerUri)
  ;[revoked, standing] = [await makeMover(home, haven, 'revoked'), await makeMover(home, haven, 'standing')]
  for (const { old } of [revoked, standing]) await stage.follow(old.uri)
  const other = await getAccount(elsewhere.ctx, 'other')
  await followActor(elsewhere.ctx, other, (await elsewhere.ctx.remote.resolveActor(revoked.old.uri)) as Actor)
  await stage.settle(elsewhere, home)
  withLetters = await makeKit({ withKey: false, standby: `${haven.origin}/users/alice` })
  withKey = await makeKit({ withKey: true })
  const kit = await requireKit(home.ctx, alice.id)
  const standbyUri = `${haven.origin}/users/alice`
  parts = await collect(collectParts(home.ctx, alice, { ...kit, standbyUri }))
  aliceKey = await unlockKey(home.ctx, kit.signingKeyId)
  await home[Symbol.asyncDispose]()
}, 180_000)
afterAll(async () => {
  for (const it of [haven, elsewhere, stage]) await it?.[Symbol.asyncDispose]()
})

async function makeKit(choices: { withKey: boolean; standby?: string }): Promise<string> {
  await createKit(home.ctx, alice, passphrase, { withMedia: false, ...choices })
  return (await collect(writeCopy(home.ctx, alice.id))).join('')
}

async function collect<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = []
  for await (const item of source) items.push(item)
  return items
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text)
}

async function opens({ ctx }: TestServer, name: string, kit: string, secret = passphrase) {
  return openRecovery(ctx, await getAccount(ctx, name), bytesOf(kit), secret)
}

/** What an account is elsewhere as well, and what of it is under way. */
async function claimsOf({ ctx }: TestServer, name: string): Promise<object> {
  const { id, alsoKnownAs } = await getAccount(ctx, name)
  const rows = (table: 'recoveries' | 'formerIdentities') =>
    ctx.db.selectFrom(table).select('id').where('accountId', '=', id).execute()
  return { alsoKnownAs, recoveries: await rows('recoveries'), identities: await rows('formerIdentities') }
}

const nothing = { alsoKnownAs: [], recoveries: [], identities: [] }

/** A kit of these parts that says whose it is. */
async function forge(changed: readonly KitPart[], actor: string, key: KeyObject): Promise<string> {
  const signer = { account: '@alice@gone.example', signed_by: toMultikey(createPublicKey(key)) }
  const header = await createKitHeader(passphrase, { ...signer, actor })
  return (await collect(writeKit(header, changed, key))).join('')
}

const only = (kinds: readonly string[]) => parts.filter(({ kind }) => kinds.includes(kind))

describe('A kit that was stolen', () => {
  it('tells nothing without the passphrase', async () => {
    for (const kit of [withLetters, withKey]) {
      const words = kit
        .split(/[\n."]/)
        .flatMap((piece) => [piece, Buffer.from(piece, 'base64url').toString()])
      const text = words.join(' ')
      for (const secret of ['alice', new URL(home.origin).host, ...stage.receivers.map(({ host }) => host)])
        expect(text).not.toContain(secret)
      await expect(opens(haven, 'mallory', kit, 'another phrase than that')).rejects.toMatchObject({
        code: 'forbidden',
      })
    }
    expect(await claimsOf(haven, 'mallory')).toEqual(nothing)
  })

  it('cannot be shortened, put together anew or added to', async () => {
    const lines = withKey.trimEnd().split('\n')
    const swapped = [lines[0], lines[2], lines[1], ...lines.slice(3)]
    const mixed = [...lines.slice(0, 2), withLetters.split('\n')[2], ...lines.slice(3)]
    for (const changed of [lines.slice(0, -1), swapped, mixed, [...lines, lines.at(-1)]])
      await expect(opens(elsewhere, 'alice', `${changed.join('\n')}\n`)).rejects.toMatchObject({
        code: expect.stringMatching(/^(invalid|forbidden)$/),
      })
    expect(await claimsOf(elsewhere, 'alice')).toEqual(nothing)
  })
})

describe('A kit with letters is of use', () => {
  it('to the account alone that they name, even with the passphrase', async () => {
    for (const [server, name] of [
      [haven, 'mallory'],
      [elsewhere, 'alice'],
    ] as const) {
      await expect(opens(server, name, withLetters)).rejects.toMatchObject({ code: 'forbidden' })
      expect(await claimsOf(server, name)).toEqual(nothing)
    }
  })

  it('not when they were written anew for somebody else', async () => {
    const target = `${haven.origin}/users/mallory`
    const letters = only(['letters']).map((part) => ({
      ...part,
      items: part.items.map((item) => pointTo(item, target)),
    }))
    expect(letters).toHaveLength(1)
    const kit = await forge([...only(['profile']), ...letters], formerUri, aliceKey)
    await expect(opens(haven, 'mallory', kit)).rejects.toThrow(/were not signed by/)
    expect(await claimsOf(haven, 'mallory')).toEqual(nothing)
  })
})

const pointTo = (item: any, target: string) => ({
  ...item,
  standby: target,
  document: item.document.replaceAll(`${haven.origin}/users/alice`, target),
})

describe('A kit for the address of somebody else', () => {
  it('is not believed with keys of their own', async () => {
    const [rsa, ed25519] = [await generateRsaKeyPair(), await generateEd25519KeyPair()]
    const own = new Map([
      ['publicKeyPem', exportPublicKeyPem(rsa.publicKey)],
      ['publicKeyMultibase', toMultikey(ed25519.publicKey)],
    ])
    const rewrite = (text: string) =>
      JSON.stringify(JSON.parse(text, (name, value) => own.get(name) ?? value))
    const [profile] = only(['profile']).flatMap(({ items }) => items as { document: string }[])
    const changed: KitPart[] = [
      { kind: 'profile', items: [{ ...profile, document: rewrite(profile!.document) }] },
      { kind: 'key', items: [keyItem(rsa)] },
    ]
    const kit = await forge(changed, formerUri, ed25519.privateKey)
    // This server has met her.
    await expect(opens(haven, 'mallory', kit)).rejects.toThrow(/not those that this server knows/)
    expect(await claimsOf(haven, 'mallory')).toEqual(nothing)
  })

  it('is not believed with another private key than her document lists', async () => {
    const changed = [
      ...only(['profile']),
      { kind: 'key', items: [keyItem(await generateRsaKeyPair())] } as const,
    ]
    const kit = await forge(changed, formerUri, aliceKey)
    await expect(opens(haven, 'mallory', kit)).rejects.toThrow(/is not the key of the account/)
    expect(await claimsOf(haven, 'mallory')).toEqual(nothing)
  })

  it('is not believed when somebody else signed it than it is of', async () => {
    const { privateKey } = await generateEd25519KeyPair()
    const kit = await forge(parts, formerUri, privateKey)
    await expect(opens(elsewhere, 'other', kit)).rejects.toThrow(/was not made by the account/)
    expect(await claimsOf(elsewhere, 'other')).toEqual(nothing)
  })

  it('of this server is not taken', async () => {
    const kit = await forge(parts, `${haven.origin}/users/alice`, aliceKey)
    await expect(opens(haven, 'mallory', kit)).rejects.toMatchObject({ code: 'invalid' })
  })
})

const keyItem = ({ privateKey, publicKey }: Awaited<ReturnType<typeof generateRsaKeyPair>>) => ({
  actor: formerUri,
  key_id: `${formerUri}#main-key`,
  kind: 'rsa',
  public_key: exportPublicKeyPem(publicKey),
  private_key: exportPrivateKeyDer(privateKey).toString('base64'),
})

describe('An address that somebody came back from', () => {
  it('is taken for everybody else here, and what is theirs is not shown to others', async () => {
    const opened = await opens(elsewhere, 'alice', withKey)
    const owner = await getAccount(elsewhere.ctx, 'alice')
    const id = await startRecovery(elsewhere.ctx, owner, opened.id)
    const other = await getAccount(elsewhere.ctx, 'other')
    await expect(opens(elsewhere, 'other', withKey)).rejects.toMatchObject({ code: 'conflict' })
    await expect(startRecovery(elsewhere.ctx, other, opened.id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(getRecovery(elsewhere.ctx, other, id)).rejects.toMatchObject({ code: 'not_found' })
    expect(await claimsOf(elsewhere, 'other')).toEqual(nothing)
  })
})

describe('A letter', () => {
  it('may be brought by a stranger, and leads to nobody but whom it names', async () => {
    await using stranger = await startRemoteServer()
    const mal = await stranger.addActor('mal')
    const letter = standing.letters.find(({ kind }) => kind === 'move')!.document
    const receiver = stage.of('Mastodon 4.5')
    await say(receiver, mal, { ...letter, target: mal.uri })
    await stage.settle(haven)
    expect(stage.followersOf(mal.uri)).toEqual([])
    expect(stage.followersOf(standing.twin.uri)).toEqual([])
    await say(receiver, mal, letter)
    await stage.settle(haven)
    expect(stage.followersOf(standing.twin.uri)).toEqual(['Mastodon 4.5'])
    expect(stranger.received('Follow')).toEqual([])
  })

  it('is worth nothing once the account that it names has dropped the alias, here as elsewhere', async () => {
    await using stranger = await startRemoteServer()
    const mal = await stranger.addActor('mal')
    await removeAlias(haven.ctx, await getAccount(haven.ctx, 'revoked'), revoked.old.uri)
    for (const { document } of revoked.letters) {
      for (const receiver of stage.receivers) await say(receiver, mal, document)
      await post(elsewhere, { ...mal, body: document })
    }
    await stage.settle(haven, elsewhere)
    expect(stage.followersOf(revoked.twin.uri)).toEqual([])
    const { id } = await getAccount(elsewhere.ctx, 'other')
    const follows = await elsewhere.ctx.db
      .selectFrom('follows')
      .select(['state', 'targetUri'])
      .where('followerId', '=', id)
      .execute()
    expect(follows).toEqual([{ state: 'accepted', targetUri: revoked.old.uri }])
  })
})

it('A kit opens for its owner all the same', async () => {
  const kit = await readKit(bytesOf(withLetters), passphrase)
  expect(kit.unlocked.actor).toBe(formerUri)
  const { formerUri: opened, hasKey } = await opens(haven, 'alice', withLetters)
  expect({ opened, hasKey }).toEqual({ opened: formerUri, hasKey: false })
})

it('Lockers take few guesses from one network', async () => {
  const guess = async () => {
    const claim = randomBytes(32).toString('base64url')
    const headers = { 'content-type': 'application/json' }
    return fetch(`${haven.origin}/lockers/open`, { method: 'POST', headers, body: JSON.stringify({ claim }) })
  }
  const statuses = []
  for (let number = 0; number < 25; number++) statuses.push((await guess()).status)
  expect(statuses).toEqual([...Array(20).fill(404), ...Array(5).fill(429)])
})
