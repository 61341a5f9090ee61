import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine
beforeAll(async () => {
  holdfast = await createCommandLine()
})
afterAll(() => holdfast.close())

test('What could not be acted on is listed with the reason, and tried again when told to', async () => {
  expect(await holdfast.run('inbox', 'list')).toMatchObject({
    stdout: 'Everything that arrived was acted on.\n',
  })
  const database = new Client(holdfast.connectionString)
  await database.connect()
  await database.query(`
    insert into inbox_messages (id, digest, actor_uri, body, attempts, dead_at, last_error)
    select id, id::text::bytea, 'https://away.example/users/bo', '{}', 8,
      case when id < 3 then now() end, 'no reason'
    from generate_series(1, 3) id`)
  await database.end()

  const listed = await holdfast.json('inbox', 'list')
  expect(listed).toMatchObject([
    { id: '2' },
    { id: '1', actor: 'https://away.example/users/bo', last_error: 'no reason' },
  ])
  expect(await holdfast.json('inbox', 'replay', '--id', '2')).toEqual({ replayed: 1 })
  expect(await holdfast.json('inbox', 'replay', '--id', '3')).toEqual({ replayed: 0 })
  expect(await holdfast.run('inbox', 'replay')).toMatchObject({ stdout: '1 to be tried again.\n' })
  expect(await holdfast.json('inbox', 'list')).toEqual([])
})
