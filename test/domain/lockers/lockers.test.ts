import { createHash, randomBytes } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eraseAccount } from '../../../src/domain/accounts/erase-account.ts'
import { changeSettings } from '../../../src/domain/instance/settings.ts'
import { addDestination, lockerDestination, sendNow } from '../../../src/domain/kits/choose-destinations.ts'
import { createKit } from '../../../src/domain/kits/create-kit.ts'
import { createKitHeader } from '../../../src/domain/kits/kit-keys.ts'
import { digestClaim } from '../../../src/domain/kits/passphrase.ts'
import { readKit } from '../../../src/domain/kits/read-kit.ts'
import { writeKit } from '../../../src/domain/kits/write-kit.ts'
import { makeLocker, removeLocker } from '../../../src/domain/lockers/keep-locker.ts'
import { openLocker } from '../../../src/domain/lockers/open-locker.ts'
import { pruneUploads } from '../../../src/domain/media/prune-uploads.ts'
import { generateEd25519KeyPair, toMultikey } from '../../../src/lib/signatures/keys.ts'
import { markAccountDeleted, type Actor } from '../../../src/store/actors.ts'
import { listAuditEntries } from '../../../src/store/audit-log.ts'
import { listKitDestinations } from '../../../src/store/kit-destinations.ts'
import { findLocker, listLockers } from '../../../src/store/lockers.ts'
import { readMailFiles } from '../../support/mail-files.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'

const passphrase = 'seven sisters under the sea'
const metricsToken = 'metrics-metrics-metrics'

/** The place that keeps kits, the one whose members bring theirs, and one that knows neither. */
let keeper: TestServer
let home: TestServer
let third: TestServer
let kit: string

beforeAll(async () => {
  ;[keeper, home, third] = await Promise.all([
    startServer({ env: { METRICS_TOKEN: metricsToken } }),
    startServer(),
    startServer(),
  ])
  const signer = await generateEd25519KeyPair()
  const owner = {
    account: '@zoe@old.example',
    actor: 'https://old.example/users/zoe',
    signed_by: toMultikey(signer.publicKey),
  }
  const header = await createKitHeader(passphrase, owner)
  const lines: string[] = []
  for await (const line of writeKit(
    header,
    [{ kind: 'bookmarks', items: [{ uri: 'x' }] }],
    signer.privateKey,
  ))
    lines.push(line)
  kit = lines.join('')
})
afterAll(async () => {
  for (const server of [keeper, home, third]) await server?.[Symbol.asyncDispose]()
})

const newClaim = () => randomBytes(32).toString('base64url')

async function makeFor(
  name: string,
): Promise<{ owner: Actor; id: string; url: string; token: string; address: string }> {
  const owner = await createMember(keeper.ctx, name)
  const { id, address } = await makeLocker(keeper.ctx, owner)
  const [url = '', token = ''] = address.split('#')
  return { owner, id, url, token, address }
}

function put(
  url: string,
  token: string,
  claim: string,
  body: string | Uint8Array<ArrayBuffer>,
): Promise<Response> {
  const digest = digestClaim(claim).toString('base64url')
  const headers = { authorization: `Bearer ${token}`, 'holdfast-claim': digest }
  return fetch(url, { method: 'PUT', headers, body })
}

function open(claim: unknown): Promise<Response> {
  return fetch(`${keeper.origin}/lockers/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ claim }),
  })
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

async function countFiles(): Promise<number> {
  let files = 0
  for await (const keys of keeper.ctx.storage.list(new Date(Date.now() + 60_000))) files += keys.length
  return files
}

describe('A locker', () => {
  test('keeps a kit from another instance, and a third one opens it with the old address and the passphrase', async () => {
    const { id, owner, address } = await makeFor('holder')
    const member = await createMember(home.ctx, 'ann')
    await createKit(home.ctx, member, passphrase, { withKey: false, withMedia: false })
    await addDestination(home.ctx, member, lockerDestination(home.ctx, address))
    await home.settle()
    const [sent] = await listKitDestinations(home.ctx.db, member.id)
    expect([sent?.problem, sent?.sentAt]).toEqual([null, expect.any(Date)])
    expect(sent?.label).not.toContain(address.split('#')[1])
    expect(sent?.wrapped.toString('latin1')).not.toContain(address.split('#')[1])

    const former = `@ann@${home.ctx.config.handleDomain}`
    const text = await collect(openLocker(third.ctx, keeper.origin, former, passphrase))
    const opened = await readKit(
      (async function* () {
        yield Buffer.from(text)
      })(),
      passphrase,
    )
    expect(opened.owner).toMatchObject({ account: former, actor: `${home.origin}/users/ann` })
    const first = await findLocker(keeper.ctx.db, id)
    expect(Number(first?.bytes)).toBe(Buffer.byteLength(text))

    await keeper.settle()
    expect((await listAuditEntries(keeper.ctx.db, owner.id, 10)).map(({ act }) => act)).toContain(
      'locker.opened',
    )
    const mails = await readMailFiles(keeper.ctx)
    expect(mails.filter((mail) => mail.text.includes('Subject: Your locker was opened'))).toHaveLength(1)

    await sendNow(home.ctx, member, sent!.id)
    await home.settle()
    await keeper.settle()
    const second = await findLocker(keeper.ctx.db, id)
    expect(second?.key).not.toBe(first?.key)
    expect(await keeper.ctx.storage.measure(first!.key!)).toBeUndefined()
    expect(await keeper.ctx.storage.measure(second!.key!)).toBe(Number(second?.bytes))
  })

  test('opens for nothing but the claim, and says the same of every other', async () => {
    const { url, token } = await makeFor('quiet')
    const claim = newClaim()
    expect(await (await put(url, token, claim, kit)).json()).toEqual({ bytes: Buffer.byteLength(kit) })
    const right = await open(claim)
    expect([right.status, right.headers.get('cache-control'), await right.text()]).toEqual([
      200,
      'no-store',
      kit,
    ])
    const wrong = [
      newClaim(),
      digestClaim(claim).toString('base64url'),
      '',
      7,
      null,
      { $ne: '' },
      `${claim}A`,
    ]
    for (const each of wrong) {
      const answer = await open(each)
      expect([each, answer.status, await answer.json()]).toEqual([
        each,
        404,
        { error: 'Nothing here opens with this.' },
      ])
    }
    const elsewhere = collect(openLocker(third.ctx, keeper.origin, '@nobody@old.example', passphrase))
    await expect(elsewhere).rejects.toMatchObject({ code: 'not_found' })
  })

  test('is filled by its own token alone', async () => {
    const [mine, other] = [await makeFor('mine'), await makeFor('other')]
    const claim = newClaim()
    for (const [url, token] of [
      [mine.url, other.token],
      [mine.url, ''],
      [mine.url, createHash('sha256').update(mine.token).digest('base64url')],
      [`${keeper.origin}/lockers/1`, mine.token],
      [`${keeper.origin}/lockers/x`, mine.token],
    ] as const)
      expect((await put(url, token, claim, kit)).status).toBe(401)
    expect((await findLocker(keeper.ctx.db, mine.id))?.key).toBeNull()
    expect((await open(claim)).status).toBe(404)
  })

  test('does not give up what is in another one, and does not tell of it', async () => {
    const [one, other] = [await makeFor('first_one'), await makeFor('second_one')]
    const claim = newClaim()
    expect((await put(one.url, one.token, claim, kit)).status).toBe(200)
    const files = await countFiles()
    const answer = await put(other.url, other.token, claim, kit)
    expect([answer.status, await answer.json()]).toEqual([
      409,
      { error: 'This locker does not take this kit.' },
    ])
    expect((await findLocker(keeper.ctx.db, other.id))?.key).toBeNull()
    expect(await countFiles()).toBe(files)
    expect((await open(claim)).status).toBe(200)
  })

  test.each([
    ['nothing', () => ''],
    ['a page', () => '<!doctype html>\n<p>hello</p>\n'],
    ['a header alone', () => kit.split('\n')[0]!],
    ['a header that says more', () => kit.replace('{', '{"note":"in clear",')],
    ['lines that are not encrypted', () => `${kit.split('\n')[0]}\nhello\n`],
    ['a line more in clear', () => `${kit}{"in":"clear"}\n`],
    ['lines that unpack', () => kit.replace(/\n[\w-]+\./, `\n${unpacking}.`)],
  ])('takes no %s for a kit', async (_what, make) => {
    const { url, token, id } = await makeFor(`no_kit_${randomBytes(4).toString('hex')}`)
    const files = await countFiles()
    const answer = await put(url, token, newClaim(), make())
    expect([answer.status, await answer.json()]).toEqual([422, { error: 'This is not a recovery kit.' }])
    expect((await findLocker(keeper.ctx.db, id))?.key).toBeNull()
    expect(await countFiles()).toBe(files)
  })

  test('is not served as media', async () => {
    const { url, token, id } = await makeFor('no_media')
    await put(url, token, newClaim(), kit)
    const locker = await findLocker(keeper.ctx.db, id)
    expect((await fetch(`${keeper.origin}/media/${locker?.key}`)).status).toBe(404)
    await pruneUploads({ ...keeper.ctx, now: () => new Date(Date.now() + 48 * 3600_000) })
    expect(await keeper.ctx.storage.measure(locker!.key!)).toBe(Buffer.byteLength(kit))
  })

  test('is counted for operators', async () => {
    const headers = { authorization: `Bearer ${metricsToken}` }
    const count = async () => {
      const text = await (await fetch(`${keeper.origin}/metrics`, { headers })).text()
      return ['filled', 'empty'].map((state) =>
        Number(new RegExp(`^holdfast_lockers\\{state="${state}"\\} (\\d+)$`, 'm').exec(text)?.[1]),
      )
    }
    const [filled = NaN, empty = NaN] = await count()
    const { url, token } = await makeFor('counted')
    expect(await count()).toEqual([filled, empty + 1])
    await put(url, token, newClaim(), kit)
    expect(await count()).toEqual([filled + 1, empty])
  })

  test('is emptied when it is removed, and when its owner leaves', async () => {
    const [removed, left] = [await makeFor('remover'), await makeFor('leaver')]
    for (const { url, token } of [removed, left]) await put(url, token, newClaim(), kit)
    const keys = await Promise.all(
      [removed, left].map(async ({ id }) => (await findLocker(keeper.ctx.db, id))?.key),
    )
    await expect(removeLocker(keeper.ctx, left.owner, removed.id)).rejects.toMatchObject({
      code: 'not_found',
    })
    await removeLocker(keeper.ctx, removed.owner, removed.id)
    await markAccountDeleted(keeper.ctx.db as never, left.owner.id, new Date())
    await eraseAccount(keeper.ctx, { accountId: left.owner.id })
    await keeper.settle()
    expect(await listLockers(keeper.ctx.db, left.owner.id)).toEqual([])
    for (const key of keys) expect(await keeper.ctx.storage.measure(key!)).toBeUndefined()
  })
})

/** A protected header as of a part, but packed. */
const unpacking = Buffer.from(
  JSON.stringify({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM', zip: 'DEF', part: 1 }),
).toString('base64url')

describe('The room for kits', () => {
  test('is bounded for each account', async () => {
    const { owner } = await makeFor('collector')
    await makeLocker(keeper.ctx, owner)
    await makeLocker(keeper.ctx, owner)
    await expect(makeLocker(keeper.ctx, owner)).rejects.toMatchObject({ code: 'conflict' })
    expect(await listLockers(keeper.ctx.db, owner.id)).toHaveLength(3)
  })

  test('is bounded for each locker, whether or not the length is told before, and what was there stays', async () => {
    const { url, token, id } = await makeFor('bounded')
    await changeSettings(keeper.ctx, { lockerMib: 1 })
    const claim = newClaim()
    expect((await put(url, token, claim, kit)).status).toBe(200)
    const before = await findLocker(keeper.ctx.db, id)
    const line = `${kit.split('\n')[1]}\n`
    const large = kit + line.repeat(Math.ceil(1_200_000 / line.length))
    const told = await put(url, token, claim, large)
    expect([told.status, await told.json()]).toEqual([
      413,
      { error: 'This locker takes no kit of that size.' },
    ])
    expect(await putUntold(url, token, claim, large)).toBe(413)
    await changeSettings(keeper.ctx, { lockerMib: 64 })
    expect(await findLocker(keeper.ctx.db, id)).toEqual(before)
    expect(await (await open(claim)).text()).toBe(kit)
  })

  test('is bounded for all together', async () => {
    const { url, token, id } = await makeFor('last_straw')
    await changeSettings(keeper.ctx, { lockersMib: 0 })
    const answer = await put(url, token, newClaim(), kit)
    await changeSettings(keeper.ctx, { lockersMib: 10_240 })
    expect([answer.status, await answer.json()]).toEqual([
      507,
      { error: 'There is no more room for kits here.' },
    ])
    expect((await findLocker(keeper.ctx.db, id))?.key).toBeNull()
  })
})

/** In chunks, without saying how many will come. */
function putUntold(url: string, token: string, claim: string, body: string): Promise<number | undefined> {
  const digest = digestClaim(claim).toString('base64url')
  const headers = {
    authorization: `Bearer ${token}`,
    'holdfast-claim': digest,
    'transfer-encoding': 'chunked',
  }
  return new Promise((resolve, reject) => {
    const sent = httpRequest(url, { method: 'PUT', headers }, (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    sent.on('error', reject)
    for (let at = 0; at < body.length; at += 65_536) sent.write(body.slice(at, at + 65_536))
    sent.end()
  })
}

// The last one: afterwards this network may not ask any more.
test('Whoever guesses often is not listened to for a while', async () => {
  const { url, token } = await makeFor('guessed')
  const claim = newClaim()
  await put(url, token, claim, kit)
  const statuses = new Set<number>()
  for (let guess = 0; guess < 21; guess++) statuses.add((await open(newClaim())).status)
  expect(statuses.has(429)).toBe(true)
  expect((await open(claim)).status).toBe(429)
  const former = 'https://old.example/users/zoe'
  const asked = collect(openLocker(third.ctx, keeper.origin, former, passphrase))
  await expect(asked).rejects.toMatchObject({ code: 'limited' })
  expect((await put(url, token, claim, kit)).status).toBe(200)
})
