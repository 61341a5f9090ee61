import { Client } from 'pg'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openSession, type Session, type SessionOptions } from '../../src/db/session.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'

const log = pino({ level: 'silent' })
const claimed = 1

let database: TestDatabase
let admin: Client
beforeAll(async () => {
  database = await createTestDatabase()
  admin = new Client({ connectionString: database.connectionString })
  await admin.connect()
})
afterEach(() => admin.query('select pg_advisory_unlock_all()'))
afterAll(async () => {
  await admin.end()
  await database.drop()
})

async function open(options: Partial<SessionOptions> = {}): Promise<Session> {
  const session = await openSession(database.connectionString, {
    applicationName: 'session test',
    log,
    ...options,
  })
  onTestFinished(() => session.close())
  return session
}

async function backendOf(session: Session): Promise<number> {
  const [row] = await session.query<{ pid: number }>('select pg_backend_pid() as pid')
  return row?.pid ?? 0
}

/** Ends the session's connection and waits for the next one. */
async function cutOff(session: Session, meanwhile = async () => {}): Promise<void> {
  const former = await backendOf(session)
  await admin.query('select pg_terminate_backend($1, 5000)', [former])
  await meanwhile()
  await until('the session is back', async () => (await backendOf(session)) !== former)
}

test('one session at a time holds a lock, until it closes', async () => {
  const [one, other] = [await open(), await open()]
  expect(await one.tryLock(claimed, 1)).toBe(true)
  expect(await one.tryLock(claimed, 1)).toBe(true)
  expect(await other.tryLock(claimed, 1)).toBe(false)
  expect(await other.tryLock(claimed, 2)).toBe(true)
  await one.close()
  await until('the lock is free', () => other.tryLock(claimed, 1))
})

test('several first calls at the same time are answered in order', async () => {
  const session = await open()
  const answers = await Promise.all([1, 2, 3].map((key) => session.tryLock(claimed, key)))
  expect(answers).toEqual([true, true, true])
})

test('locks are held again after the connection was lost', async () => {
  const [session, other] = [await open(), await open()]
  await session.tryLock(claimed, 1)
  await cutOff(session)
  await until('the lock is held again', async () => !(await other.tryLock(claimed, 1)))
})

test('a lock that another process took meanwhile is reported, and not held', async () => {
  const lost: unknown[] = []
  const session = await open({ onLockLost: (lock) => lost.push(lock) })
  await session.tryLock(claimed, 1)
  await cutOff(session, async () => {
    await admin.query('select pg_advisory_lock($1, $2)', [claimed, 1])
  })
  await until('the loss is reported', () => lost.length > 0)
  expect(lost).toEqual([{ classId: claimed, key: 1 }])
  expect(await session.tryLock(claimed, 1)).toBe(false)
})

test('notifications arrive, also after the connection was lost, and the gap is told', async () => {
  const session = await open()
  const heard: (string | undefined)[] = []
  await session.listen('Some "channel"', (payload) => heard.push(payload))
  const notify = (payload: string) => admin.query('select pg_notify($1, $2)', ['Some "channel"', payload])
  await notify('before')
  await until('the first notification', () => heard.length === 1)
  await cutOff(session)
  await until('the gap is told', () => heard.length === 2)
  await notify('after')
  await until('the next notification', () => heard.length === 3)
  expect(heard).toEqual(['before', undefined, 'after'])
})

test('what must come before each further connection is awaited, failures and all', async () => {
  const attempts: string[] = []
  const session = await open({
    beforeReconnect: async () => {
      attempts.push('asked')
      if (attempts.length === 1) throw new Error('not yet')
    },
  })
  expect(attempts).toEqual([])
  await cutOff(session)
  expect(attempts).toEqual(['asked', 'asked'])
})

test('a closed session stays closed', async () => {
  const session = await open()
  const backend = await backendOf(session)
  await session.close()
  await until('its connection is gone', async () => {
    const { rowCount } = await admin.query('select from pg_stat_activity where pid = $1', [backend])
    return rowCount === 0
  })
  await expect(session.query('select 1')).rejects.toThrow()
})
