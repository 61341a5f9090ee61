import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createCommandLine, type CommandLine } from '../support/command-line.ts'

let holdfast: CommandLine

beforeAll(async () => {
  holdfast = await createCommandLine()
})
afterAll(() => holdfast.close())

async function keep(url: string, size: number): Promise<void> {
  const client = new pg.Client({ connectionString: holdfast.connectionString })
  await client.connect()
  await client.query(
    `insert into cached_media (digest, url, media_type, size) values (sha256($1::bytea), $2, 'image/png', $3)`,
    [Buffer.from(url), url, size],
  )
  await client.end()
}

test('Media of a host are thrown away, and those beyond the limit', async () => {
  // The first command makes the tables.
  expect(await holdfast.json('media', 'prune')).toEqual({ files: 0, bytes: 0, strays: 0, uploads: 0 })
  await keep('https://Media.example/1.png', 100)
  await keep('https://media.example/a/2.png', 200)
  await keep('https://media.example.evil.example/3.png', 300)
  await keep('https://evil.example/https://media.example/', 400)
  expect(await holdfast.json('media', 'purge', 'MEDIA.example')).toEqual({
    host: 'media.example',
    files: 2,
    bytes: 300,
  })
  expect(await holdfast.run('media', 'purge', 'media.example')).toEqual({
    code: 0,
    stdout: 'Gone of media.example: 0 files (0 bytes).\n',
    stderr: '',
  })
  const gibibyte = 1_073_741_824
  await keep('https://large.example/4.png', gibibyte - 400)
  expect(await holdfast.json('media', 'prune')).toEqual({ files: 1, bytes: 300, strays: 0, uploads: 0 })
})
