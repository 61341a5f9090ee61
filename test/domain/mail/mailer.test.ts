import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { transact } from '../../../src/db/transact.ts'
import { deliverMail, sendMail } from '../../../src/domain/mail/send-mail.ts'
import { readEmailAddress } from '../../../src/lib/email-address.ts'
import { createMailer } from '../../../src/lib/mailer.ts'
import type { Jobs } from '../../../src/store/jobs.ts'
import { listWaitingMails } from '../../../src/store/mail-jobs.ts'
import { startServer, type TestServer } from '../../support/server.ts'
import { startSmtpServer, type SmtpServer } from '../../support/smtp-server.ts'
import { until } from '../../support/until.ts'

const letter = {
  subject: 'A subject',
  paragraphs: ['Hello <b>you</b>,', 'ünïcode & more.'],
  action: { label: 'Open', url: 'https://home.example/x?token=SECRETTOKEN' },
}

describe('Mail by SMTP', () => {
  let smtp: SmtpServer
  let server: TestServer
  beforeAll(async () => {
    smtp = await startSmtpServer()
    server = await startServer({ env: { SMTP_URL: smtp.url, MAIL_FROM: 'place@home.example' } })
  })
  beforeEach(() => smtp.refuse(undefined))
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]()
    await smtp?.[Symbol.asyncDispose]()
  })

  const send = (to: string) => transact(server.ctx, (tx) => sendMail(tx, 'test', to, letter))
  const arrived = (to: string) => smtp.mails.filter((mail) => mail.to.includes(to))

  test('arrives once, as text and as HTML in which nothing of ours is markup that should not be', async () => {
    await send('alice@mail.example')
    await until('the mail to arrive', () => arrived('alice@mail.example').length > 0)
    const [mail] = arrived('alice@mail.example')
    expect(mail).toMatchObject({ from: 'place@home.example', to: ['alice@mail.example'] })
    const data = mail?.data ?? ''
    expect(data).toMatch(/^Subject: A subject\r$/m)
    expect(data).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(data).toContain('text/plain')
    expect(data).toContain('text/html')
    expect(data).toContain('&#60;b&#62;you&#60;/b&#62;')
    await server.settle()
    expect(arrived('alice@mail.example')).toHaveLength(1)
  })

  test('is tried again when the server does not take it, and waits where operators see it', async () => {
    smtp.refuse('451 Try later')
    await send('bob@mail.example')
    const waiting = async () =>
      (await listWaitingMails(server.ctx.db, 10)).find(({ problem }) => problem !== null)
    await until('the first try to fail', async () => (await waiting()) !== undefined, { seconds: 25 })
    expect(await waiting()).toMatchObject({ kind: 'test', state: 'waiting' })
    expect(JSON.stringify(await waiting())).not.toContain('bob@')
    const { rows } = await sql<{ data: Jobs['mail.send'] }>`
      select data from pgboss.job where name = 'mail.send' and state = 'retry'`.execute(server.ctx.db)
    const [job] = rows
    if (job === undefined) throw new Error('No job is to be tried again')
    await expect(deliverMail(server.ctx, job.data)).rejects.toThrow('did not take it')
    expect(arrived('bob@mail.example')).toHaveLength(0)
    smtp.refuse(undefined)
    await deliverMail(server.ctx, job.data)
    expect(arrived('bob@mail.example')).not.toHaveLength(0)
  })

  test('waits sealed: neither address nor link stands in the database', async () => {
    smtp.refuse('451 Try later')
    await send('carol@mail.example')
    const { rows } = await sql<{ row: string }>`select j::text as row from pgboss.job j`.execute(
      server.ctx.db,
    )
    const all = rows.map(({ row }) => row).join('\n')
    expect(all).toContain('mail.send')
    expect(all).not.toMatch(/carol@mail|SECRETTOKEN/)
  })

  test('does not leave when the transaction does not commit', async () => {
    const failing = transact(server.ctx, async (tx) => {
      await sendMail(tx, 'test', 'dave@mail.example', letter)
      throw new Error('on purpose')
    })
    await expect(failing).rejects.toThrow('on purpose')
    const { rows } = await sql`select id from pgboss.job where data->>'kind' = 'never'`.execute(server.ctx.db)
    expect(rows).toEqual([])
    expect(arrived('dave@mail.example')).toHaveLength(0)
  })
})

test('Without a server each mail is a file that nobody else reads, and the log names only the file', async () => {
  const directory = join(await mkdtemp(join(tmpdir(), 'holdfast-mail-')), 'mail')
  const lines: string[] = []
  const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) })
  const mailer = createMailer({ smtpUrl: undefined, from: 'place@home.example', directory }, log)
  await mailer.send({ to: 'alice@mail.example', subject: 'Hello', text: 'SECRETTOKEN', html: '' })
  const [name = ''] = await readdir(directory)
  const file = join(directory, name)
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect((await stat(directory)).mode & 0o777).toBe(0o700)
  expect(await readFile(file, 'utf8')).toContain('To: alice@mail.example\nSubject: Hello\n\nSECRETTOKEN')
  expect(lines.join('')).toContain(name)
  expect(lines.join('')).not.toMatch(/SECRETTOKEN|alice/)
  await rm(directory, { recursive: true })
})

test('A header is one line', async () => {
  const settings = { smtpUrl: undefined, from: 'a@home.example', directory: '/nowhere' }
  const mailer = createMailer(settings, pino({ level: 'silent' }))
  for (const broken of [{ to: 'a@b.example\r\nBcc: x@y.example' }, { subject: 'a\nBcc: x@y.example' }]) {
    const mail = { to: 'a@b.example', subject: 'a', text: '', html: '', ...broken }
    await expect(mailer.send(mail)).rejects.toThrow('more than one line')
  }
})

describe('An e-mail address', () => {
  test.each([
    [' Alice@Mail.EXAMPLE ', 'Alice@mail.example'],
    ['a.b+c@mail.example', 'a.b+c@mail.example'],
    ['a@bücher.example', 'a@xn--bcher-kva.example'],
  ])('%j is kept as %s', (given, kept) => expect(readEmailAddress(given)).toBe(kept))

  test.each([
    ...['', 'alice', '@mail.example', 'a@', 'a b@mail.example', 'a@mail example', 'a,b@mail.example'],
    ...['"a"@mail.example', 'a@mail.example\r\nBcc: b@mail.example', 'a@b@mail.example', 'a@-x.example'],
    ...['<a@mail.example>', `${'a'.repeat(65)}@mail.example`, 'a\0@mail.example', '.a@mail.example'],
  ])('%j is none', (given) => expect(readEmailAddress(given)).toBeUndefined())
})
