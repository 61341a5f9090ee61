import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createConnection, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import express from 'express'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { sendStored } from '../../src/lib/send-stored.ts'
import { createDirectoryStorage } from '../../src/lib/storage/directory.ts'
import { until } from '../support/until.ts'

const size = 32 * 1_048_576
const key = `${'0e'.repeat(16)}.mp4`

test('Whoever takes nothing of a file is let go, and whoever reads slowly is not', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  await writeFile(join(dir, 'file'), Buffer.alloc(size))
  const storage = createDirectoryStorage(join(dir, 'media'))
  await storage.put(key, join(dir, 'file'), 'video/mp4')
  const app = express()
  app.get('/', async (request, response) => {
    const file = { key, etag: '"a"', headers: {}, patienceMs: 400 }
    await sendStored({ storage, log: pino({ level: 'silent' }) }, request, response, file)
  })
  const server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const ask = () => {
    const socket = createConnection((server.address() as AddressInfo).port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
    return socket
  }
  const idle = ask().pause()
  let taken = 0
  const slow = ask()
  slow.on('data', (chunk) => {
    taken += chunk.length
    slow.pause()
    setTimeout(() => slow.resume(), 1)
  })
  const [held] = await once(server, 'connection')
  const count = () => new Promise<number>((resolve) => server.getConnections((_, open) => resolve(open)))
  await once(slow, 'end')
  expect(taken).toBeGreaterThan(size)
  await until('nobody to be left', async () => (await count()) === 0)
  expect(held.destroyed).toBe(true)
  idle.destroy()
  await new Promise((resolve) => server.close(resolve))
  await rm(dir, { recursive: true })
})
