import { setTimeout as delay } from 'node:timers/promises'
import { Client } from 'pg'
import { expect, test } from 'vitest'
import { startInstance } from '../support/instance.ts'
import { createOf, noteOf, startRemoteServer, type RemoteActor } from '../support/remote-server.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { until } from '../support/until.ts'

const messages = 300
const kills = 5

/** Posts until it is acknowledged, as every server does that queues what it has to say. */
async function postUntilTaken(actor: RemoteActor, to: { origin: string; port: number }, activity: object) {
  for (;;) {
    const answer = await actor.post(to, activity).catch(() => undefined)
    if (answer?.status === 202) return
    await delay(50)
  }
}

test('Everything that was acknowledged has its effect, once, however often the server is killed', async () => {
  await using remote = await startRemoteServer()
  const database = await createTestDatabase()
  const instance = await startInstance({ env: { DATABASE_URL: database.connectionString } })
  const watcher = new Client(database.connectionString)
  await watcher.connect()
  try {
    const bob = await instance.cli(
      'account',
      'create',
      'bob',
      '--email',
      'b@example.org',
      '--password',
      'long enough',
    )
    const authors = await Promise.all(['ada', 'cy', 'dee'].map((name) => remote.addActor(name)))
    const notes = Array.from({ length: messages }, (_, index) => {
      const author = authors[index % authors.length]!
      return {
        author,
        note: noteOf(author, { to: [bob.uri], tag: [{ type: 'Mention', href: bob.uri, name: '@bob' }] }),
      }
    })
    const queue = [...notes]
    const send = async (): Promise<void> => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        await postUntilTaken(next.author, instance, createOf(next.author, next.note))
      }
    }
    const senders = Promise.all(Array.from({ length: 6 }, send))
    for (let kill = 0; kill < kills; kill++) {
      await until('some of it to be sent', () => queue.length < messages * (1 - (kill + 1) / (kills + 1)))
      await instance.kill9()
      await instance.start()
    }
    await senders
    const count = async (sql: string): Promise<number> => Number((await watcher.query(sql)).rows[0].n)
    const isDone = async () => (await count('select count(*) n from inbox_messages')) === 0
    await until('the backlog to be done with', isDone, { seconds: 90, explain: instance.log })
    expect(await count('select count(*) n from remote_statuses')).toBe(messages)
    expect(await count('select count(distinct uri) n from remote_statuses')).toBe(messages)
    expect(await count('select count(*) n from seen_activities')).toBe(messages)
  } finally {
    await watcher.end()
    await instance[Symbol.asyncDispose]()
    await database.drop()
  }
}, 180_000)
