import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  addDestination,
  lockerDestination,
  mailDestination,
  removeDestination,
  sendNow,
  webdavDestination,
} from '../../../src/domain/kits/choose-destinations.ts'
import { createKit } from '../../../src/domain/kits/create-kit.ts'
import { mailedKitBytes, sendByMail } from '../../../src/domain/kits/send-by-mail.ts'
import { readKit } from '../../../src/domain/kits/read-kit.ts'
import { refreshKit } from '../../../src/domain/kits/refresh-kit.ts'
import { createGuardedFetch } from '../../../src/lib/safe-fetch.ts'
import type { Actor } from '../../../src/store/actors.ts'
import { listKitDestinations } from '../../../src/store/kit-destinations.ts'
import { findUser } from '../../../src/store/users.ts'
import { createMember } from '../../support/people.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSmtpServer, type ReceivedMail, type SmtpServer } from '../../support/smtp-server.ts'
import { startWebdavServer, type WebdavServer } from '../../support/webdav-server.ts'

const passphrase = 'seven sisters under the sea'
const dayMs = 24 * 3600_000

let server: TestServer
let smtp: SmtpServer
let webdav: WebdavServer
let now = new Date()

beforeAll(async () => {
  ;[smtp, webdav] = await Promise.all([startSmtpServer(), startWebdavServer()])
  server = await startServer({ env: { SMTP_URL: smtp.url }, parts: { now: () => now } })
})
beforeEach(() => {
  now = new Date()
  smtp.refuse(undefined)
  for (const method of ['PUT', 'MOVE', 'HEAD']) webdav.refuse(method, undefined)
  webdav.requests.splice(0)
  webdav.files.clear()
})
afterAll(async () => {
  for (const each of [server, smtp, webdav]) await each?.[Symbol.asyncDispose]()
})

async function arrive(name: string): Promise<Actor> {
  const member = await createMember(server.ctx, name)
  await createKit(server.ctx, member, passphrase, { withKey: false, withMedia: false })
  return member
}

const folderOf = (changes: Partial<Pick<WebdavServer, 'folder' | 'password'>> = {}) => {
  const { folder, username, password } = { ...webdav, ...changes }
  return webdavDestination(server.ctx, { address: folder, username, password })
}

async function only(member: Actor) {
  const [destination, more] = await listKitDestinations(server.ctx.db, member.id)
  if (destination === undefined || more !== undefined) throw new Error('There is not one destination')
  return destination
}

async function mailsTo(member: Actor): Promise<ReceivedMail[]> {
  const user = await findUser(server.ctx.db, member.id)
  return smtp.mails.filter(({ to }) => to.includes(user!.email))
}

async function ownerOf(file: Uint8Array): Promise<string> {
  async function* whole(): AsyncGenerator<Uint8Array> {
    yield file
  }
  return (await readKit(whole(), passphrase)).owner.actor
}

describe('Copies into a WebDAV folder', () => {
  test('arrive under another name first, and are replaced by the next', async () => {
    const member = await arrive('dav')
    await addDestination(server.ctx, member, folderOf())
    await server.settle()
    const name = [...webdav.files.keys()][0]!
    expect([...webdav.files.keys()]).toEqual([name])
    expect(name).toMatch(/^\/files\/dav.*\.kit$/)
    const size = webdav.files.get(name)!.length
    expect(webdav.requests).toEqual([`PUT ${name}.part ${size}`, `MOVE ${name}.part -`, `HEAD ${name} -`])
    expect(await ownerOf(webdav.files.get(name)!)).toBe(`${server.origin}/users/dav`)
    const first = webdav.files.get(name)
    const destination = await only(member)
    expect(destination).toMatchObject({ problem: null, failedAt: null, sentAt: expect.any(Date) })
    expect(JSON.stringify(destination)).not.toContain('wörd')

    await sendNow(server.ctx, member, destination.id)
    await server.settle()
    expect([...webdav.files.keys()]).toEqual([name])
    expect(webdav.files.get(name)).not.toEqual(first)
  })

  test('arrive where nothing can be renamed', async () => {
    webdav.refuse('MOVE', 405)
    const member = await arrive('plain_dav')
    await addDestination(server.ctx, member, folderOf())
    await server.settle()
    expect([...webdav.files.keys()]).toEqual([expect.stringMatching(/^\/files\/plain_dav.*\.kit$/)])
    expect(await only(member)).toMatchObject({ problem: null, sentAt: expect.any(Date) })
  })

  test('say why they do not arrive, to the member too where it does not pass', async () => {
    const member = await arrive('locked_out')
    await addDestination(server.ctx, member, folderOf({ password: 'wrong' }))
    await server.settle()
    const { host } = new URL(webdav.folder)
    const problem = `${host} does not accept the name and password.`
    expect(await only(member)).toMatchObject({ problem, sentAt: null, failedAt: now })
    const told = (mails: ReceivedMail[]) => mails.filter(({ data }) => data.includes('kit do not arrive'))
    expect(told(await mailsTo(member))).toHaveLength(1)
    await refreshKit(server.ctx, { accountId: member.id, destinationId: null, attempt: 0 })
    await server.settle()
    expect(told(await mailsTo(member))).toHaveLength(1)
    expect(webdav.files.size).toBe(0)
  })

  test('are tried again where it may pass, and the member hears of it after three days', async () => {
    webdav.refuse('PUT', 503)
    const member = await arrive('patient')
    await addDestination(server.ctx, member, folderOf())
    await server.settle()
    const since = now
    const told = async () => (await mailsTo(member)).filter(({ data }) => data.includes('kit do not arrive'))
    expect(await only(member)).toMatchObject({ failedAt: since })
    expect(await told()).toEqual([])
    const { rows } = await sql<{ data: unknown; wait: number }>`
      select data, extract(epoch from start_after - now())::int as wait from pgboss.job
      where name = 'kit.refresh' and state = 'created'`.execute(server.ctx.db)
    const mine = rows.filter(({ data }) => (data as { accountId: string }).accountId === member.id)
    expect(mine).toEqual([{ data: expect.objectContaining({ attempt: 1 }), wait: expect.any(Number) }])
    expect(mine[0]?.wait).toBeGreaterThan(300)

    now = new Date(since.getTime() + 3 * dayMs)
    await refreshKit(server.ctx, { accountId: member.id, destinationId: null, attempt: 6 })
    await server.settle()
    expect(await only(member)).toMatchObject({ failedAt: since })
    expect(await told()).toHaveLength(1)

    webdav.refuse('PUT', undefined)
    await refreshKit(server.ctx, { accountId: member.id, destinationId: null, attempt: 0 })
    expect(await only(member)).toMatchObject({ failedAt: null, problem: null, sentAt: now })
  })

  test('are not taken for arrived when less of them lies there', async () => {
    webdav.refuse('HEAD', 404)
    const member = await arrive('cut')
    await addDestination(server.ctx, member, folderOf())
    await server.settle()
    expect((await only(member)).problem).toMatch(/did not keep all of it/)
  })
})

describe('Copies by mail', () => {
  test('are attached, and bring the member their kit', async () => {
    const member = await arrive('mailed')
    await addDestination(server.ctx, member, mailDestination(1))
    await server.settle()
    const mail = (await mailsTo(member)).find(({ data }) => data.includes('A copy of your recovery kit'))
    const attached = /filename=[\s\S]*?\r\n\r\n([A-Za-z0-9+/=\r\n]+)\r\n--/.exec(mail?.data ?? '')?.[1]
    expect(mail?.data).toMatch(/Content-Disposition: attachment; filename=[^\n]*mailed/)
    expect(await ownerOf(Buffer.from(attached ?? '', 'base64'))).toBe(`${server.origin}/users/mailed`)
    expect(await only(member)).toMatchObject({ problem: null, sentAt: now })
  })

  test('come once a week where that is enough', async () => {
    const member = await arrive('weekly')
    await addDestination(server.ctx, member, mailDestination(7))
    await server.settle()
    const sent = now
    const refreshAfter = async (days: number) => {
      now = new Date(sent.getTime() + days * dayMs)
      await refreshKit(server.ctx, { accountId: member.id, destinationId: null, attempt: 0 })
      return (await only(member)).sentAt
    }
    expect(await refreshAfter(1)).toEqual(sent)
    expect(await refreshAfter(6)).toEqual(sent)
    expect(await refreshAfter(7)).toEqual(now)
    now = new Date(now.getTime() + 1000)
    await createKit(server.ctx, member, `${passphrase} again`, { withKey: false, withMedia: false })
    await refreshKit(server.ctx, { accountId: member.id, destinationId: null, attempt: 0 })
    expect((await only(member)).sentAt).toEqual(now)
  })

  test('are not sent when they are larger than mail carries', async () => {
    const member = await arrive('large')
    const copy = { accountId: member.id, fileName: 'x.kit', path: '/nowhere', claimDigest: Buffer.alloc(32) }
    await expect(sendByMail(server.ctx, { ...copy, size: mailedKitBytes + 1 })).rejects.toMatchObject({
      code: 'invalid',
      message: 'The kit is larger than the 10 MiB that are sent by mail.',
    })
  })

  test('wait for a mail server that is away', async () => {
    smtp.refuse('451 Later')
    const member = await arrive('waiting')
    await addDestination(server.ctx, member, mailDestination(1))
    await refreshKit(server.ctx, { accountId: member.id, destinationId: null, attempt: 0 })
    expect(await only(member)).toMatchObject({ problem: 'The mail server did not take it.', sentAt: null })
  })
})

describe('A destination', () => {
  const token = 'A'.repeat(43)

  test('is a locker elsewhere, or a folder, and nothing that holds a password', async () => {
    const { ctx } = server
    const strict = { config: { ...ctx.config, allowPrivateAddress: false } }
    for (const text of [
      '',
      'https://far.example/lockers/1',
      'https://far.example/lockers/x#' + token,
      'https://far.example/inbox#' + token,
      'https://a:b@far.example/lockers/1#' + token,
      `${ctx.config.origin}/lockers/1#${token}`,
      `file:///lockers/1#${token}`,
    ])
      expect(() => lockerDestination(ctx, text), text).toThrow(expect.objectContaining({ code: 'invalid' }))
    expect(() => lockerDestination(strict, `http://far.example/lockers/1#${token}`)).toThrow(/https:/)
    for (const address of ['ftp://far.example/', 'https://a:b@far.example/', 'https://far.example/?x'])
      expect(() => webdavDestination(ctx, { address, username: 'a', password: 'b' }), address).toThrow(
        expect.objectContaining({ code: 'invalid' }),
      )
    expect(lockerDestination(ctx, ` https://far.example/lockers/1#${token}\n`)).toMatchObject({
      label: 'Locker on far.example',
    })
  })

  test('on the inside of the network is not asked', async () => {
    const member = await createMember(server.ctx, 'inward')
    await createKit(server.ctx, member, passphrase, { withKey: false, withMedia: false })
    await using guarded = createGuardedFetch({ allowPrivateAddress: false, userAgent: 'Test' })
    const ctx = { ...server.ctx, fetch: guarded }
    const id = await addDestination(ctx, member, folderOf())
    await server.settle()
    webdav.requests.splice(0)
    await refreshKit(ctx, { accountId: member.id, destinationId: id, attempt: 0 })
    expect((await only(member)).problem).toMatch(/is nowhere that kits are sent to/)
    expect(webdav.requests).toEqual([])
  })

  test('is one of five at most, each once, and is the own account’s to remove', async () => {
    const member = await arrive('many')
    const other = await arrive('stranger')
    for (let number = 1; number <= 5; number++)
      await addDestination(
        server.ctx,
        member,
        lockerDestination(server.ctx, `http://localhost:9/lockers/${number}#${token}`),
      )
    await expect(addDestination(server.ctx, member, mailDestination(1))).rejects.toMatchObject({
      code: 'conflict',
    })
    const [first] = await listKitDestinations(server.ctx.db, member.id)
    await expect(removeDestination(server.ctx, other, first!.id)).rejects.toMatchObject({ code: 'invalid' })
    await expect(sendNow(server.ctx, other, first!.id)).rejects.toMatchObject({ code: 'invalid' })
    await removeDestination(server.ctx, member, first!.id)
    expect(await listKitDestinations(server.ctx.db, member.id)).toHaveLength(4)
    await addDestination(server.ctx, member, mailDestination(1))
  })
})
