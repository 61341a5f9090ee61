import { expect, test } from 'vitest'
import { findRemoteStatus } from '../../src/store/statuses.ts'
import { run } from '../support/command-line.ts'
import { createMember } from '../support/people.ts'
import { createOf, noteOf, startRemoteServer } from '../support/remote-server.ts'
import { startServer } from '../support/server.ts'

const choice = (name: string, totalItems: number) => ({
  ...{ type: 'Note', name },
  replies: { type: 'Collection', totalItems },
})

test('A poll elsewhere is shown as it stands there, asked at most once a minute', async () => {
  await using server = await startServer()
  await using remote = await startRemoteServer()
  const bob = await createMember(server.ctx, 'bob')
  const alice = await remote.addActor('alice')
  const endTime = new Date(Date.now() + 3600_000).toISOString()
  const question = noteOf(alice, {
    ...{ type: 'Question', endTime, to: [`${server.origin}/users/bob`], cc: [] },
    oneOf: [choice('Tea', 1), choice('Coffee', 0)],
  })
  await alice.post(server, createOf(alice, question), { path: '/users/bob/inbox' })
  await server.settle()
  const { id } = (await findRemoteStatus(server.ctx.db, question['id']))!
  const { pathname } = new URL(question['id'])
  const show = async () => {
    const { connectionString, ctx, port } = server
    const environment = { DATABASE_URL: connectionString, DATA_DIR: ctx.config.dataDir, PORT: String(port) }
    const { stdout, stderr } = await run(['posts', 'show', bob.username, id, '--json'], environment)
    expect(stderr).toBe('')
    return JSON.parse(stdout).poll.options.map(({ votes }: { votes: number }) => votes)
  }
  const passMinute = () =>
    server.ctx.db
      .updateTable('polls')
      .set({ checkedAt: new Date(Date.now() - 61_000) })
      .execute()
  const asked = () => remote.fetched().filter((path) => path === pathname).length

  await passMinute()
  remote.serve(pathname, (_request, response) => response.writeHead(503).end())
  expect(await show()).toEqual([1, 0])
  expect(asked()).toBe(1)

  const context = 'https://www.w3.org/ns/activitystreams'
  const changed = { '@context': context, ...question, oneOf: [choice('Tea', 5), choice('Coffee', 7)] }
  remote.serve(pathname, changed)
  expect(await show()).toEqual([1, 0])
  expect(asked()).toBe(1)

  await passMinute()
  expect(await show()).toEqual([5, 7])
  expect(asked()).toBe(2)
})
