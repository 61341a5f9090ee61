import { sql } from 'kysely'
import { Client } from 'pg'
import { describe, expect, it } from 'vitest'
import { send } from '../../support/letters.ts'
import { createMember } from '../../support/people.ts'
import { createOf, noteOf, startRemoteServer } from '../../support/remote-server.ts'
import { startServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
const remote = await use(startRemoteServer())
const alice = await remote.addActor('alice')
await createMember(server.ctx, 'bob')

const greeting = () => createOf(alice, noteOf(alice, { to: [`${server.origin}/users/bob`] }))
const unavailable = { status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } }

describe('nothing is acknowledged', () => {
  it('that could not be stored, and what comes again is taken', async () => {
    const { db } = server.ctx
    const create = greeting()
    await sql`alter table inbox_messages add constraint refuse_all check (id = 0) not valid`.execute(db)
    const answer = await alice.post(server, create)
    await sql`alter table inbox_messages drop constraint refuse_all`.execute(db)
    expect(answer).toMatchObject(unavailable)
    expect(answer.body).not.toMatch(/constraint|refuse_all|inbox_messages/)
    expect(await alice.post(server, create)).toMatchObject({ status: 202 })
    await server.settle()
    const stored = await db.selectFrom('remoteStatuses').select('uri').execute()
    expect(stored).toEqual([{ uri: create['object'].id }])
  })

  it('while the database is away, and the server lives on', async () => {
    const database = new URL(server.connectionString)
    const name = database.pathname.slice(1)
    database.pathname = '/postgres'
    const admin = new Client({ connectionString: database.href })
    await admin.connect()
    await admin.query(`alter database ${name} allow_connections false`)
    await admin.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
    const away = await Promise.all([
      alice.post(server, greeting()),
      alice.post(server, greeting(), { path: '/users/bob/inbox' }),
    ])
    const ready = await send(server.port, { path: '/health/ready' })
    await admin.query(`alter database ${name} allow_connections true`)
    await admin.end()
    for (const answer of away) expect(answer).toMatchObject(unavailable)
    expect(ready.status).toBe(503)
    await until(
      'the server to take mail again',
      async () => (await alice.post(server, greeting())).status === 202,
    )
    await server.settle()
  })
})
