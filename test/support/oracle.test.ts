import { once } from 'node:events'
import { createServer } from 'node:http'
import { createServer as createTcpServer, connect, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertDomainBlock } from '../../src/store/hosts.ts'
import { record, type Listening } from '../lib/safe-fetch-servers.ts'
import { send, type Answer } from './letters.ts'
import { confidential, expectIgnored, expectRefused, startWatchedServer, watch } from './oracle.ts'
import type { WatchedServer } from './oracle.ts'
import { createMember } from './people.ts'
import { startRemoteServer, type RemoteServer } from './remote-server.ts'

let server: WatchedServer
let remote: RemoteServer
let inside: Listening

beforeAll(async () => {
  server = await startWatchedServer()
  remote = await startRemoteServer()
  inside = await record()
  await createMember(server.ctx, 'bob')
})

afterAll(async () => {
  await server?.[Symbol.asyncDispose]()
  await remote?.[Symbol.asyncDispose]()
  await inside?.[Symbol.asyncDispose]()
})

const live = (): Promise<Answer> => send(server.port, { path: '/health/live' })
const harm = (work: () => Promise<unknown> | void) => expect(watch(server, async () => work())).rejects

/** Connects, and lets go at once. */
async function touch(place: { port: number; host: string } | { path: string }): Promise<void> {
  const socket = connect(place)
  await once(socket, 'connect')
  socket.destroy()
}

/** Computes for so long, in one turn; on a machine that is busy that takes longer. */
async function spin(ms: number): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  const began = process.threadCpuUsage()
  while (process.threadCpuUsage(began).user < ms * 1000);
}

it('finds nothing where nothing happened', async () => {
  const { value, effects, fetches } = await watch(server, live)
  expect({ status: value.status, effects, fetches }).toEqual({ status: 200, effects: [], fetches: [] })
})

describe('it is noticed when the server', () => {
  it('is another process', async () => {
    let pid = 1
    const other = watch(server, live, { pid: () => pid++ })
    await expect(other).rejects.toThrow('another process serves')
  })

  it('lets a rejection go', async () => {
    await harm(() => void Promise.reject(new Error('let go'))).toThrow('nobody caught Error: let go')
  })

  it('throws where nobody listens', async () => {
    const later = (): never => {
      throw new Error('thrown late')
    }
    await harm(() => void setImmediate(later)).toThrow('nobody caught Error: thrown late')
  })

  it('answers that something is wrong with it', async () => {
    const faulty = createServer((_request, response) => response.writeHead(503).end()).listen(0, '127.0.0.1')
    await once(faulty, 'listening')
    const { port } = faulty.address() as AddressInfo
    const seen = watch({ ...server, port }, () => send(port, {}))
    await expect(seen).rejects.toThrow('answered 503')
    faulty.close()
  })

  it('connects to an address inside, of whatever kind', async () => {
    await harm(() => touch({ host: '127.0.0.1', port: inside.port })).toThrow(
      `connected to 127.0.0.1:${inside.port}`,
    )
    const path = join(tmpdir(), `holdfast-oracle-${process.pid}.sock`)
    const local = createTcpServer().listen(path)
    await once(local, 'listening')
    await harm(() => touch({ path })).toThrow(`connected to ${path}`)
    local.close()
    await watch(server, () => touch({ host: '127.0.0.1', port: inside.port }), { world: [inside] })
  })

  it('tries to connect, even when nobody is there', async () => {
    const asking = async () => void (await once(connect(9, '127.0.0.1'), 'error').catch(() => undefined))
    await harm(asking).toThrow('connected to 127.0.0.1:9')
  })

  it('connects by its own client', async () => {
    await harm(() =>
      server.ctx.fetch(`http://127.0.0.1:${inside.port}/`, { timeoutMs: 100 }).catch(() => {}),
    ).toThrow(`connected to 127.0.0.1:${inside.port}`)
  })

  it('keeps memory', async () => {
    const kept: Buffer[] = []
    await harm(() => void kept.push(Buffer.alloc(100 * 1_048_576, 1))).toThrow(/kept \d+ MiB/)
    kept.length = 0
  })

  it('holds everybody up', async () => {
    await harm(async () => {
      for (let round = 0; round < 3; round++) await spin(300)
    }).toThrow(/held the event loop up for \d{3} ms/)
  })

  it.each([
    ['a key', '-----BEGIN PRIVATE KEY-----'],
    ['a key as JWK', '{"kty":"RSA","d":"AAAAAAAAAAAAAAAAAAAAAAAA"}'],
    ['a token', 'Authorization: Bearer abc'],
    ['a password', 'correct horse'],
    ['a signature', 'keyId="a",signature="AAAAAAAAAAAAAAAAAAAAAAAA=="'],
    ['what was said', `<p>${confidential}</p>`],
  ])('logs %s', async (_what, text) => {
    await harm(() => server.ctx.log.info({ text }, 'Told')).toThrow('logged')
    await harm(() => server.ctx.log.debug({ err: new Error(text) }, 'Told')).toThrow('logged')
  })
})

describe('effects', () => {
  it('are rows that came, and rows that changed', async () => {
    const added = await watch(server, () => insertDomainBlock(server.ctx.db, 'evil.example', ''))
    expect(added.effects).toEqual(['domain_blocks: 0 -> 1 rows'])
    const changed = await watch(server, () =>
      server.ctx.db.updateTable('domainBlocks').set({ comment: 'changed' }).execute(),
    )
    expect(changed.effects).toEqual(['domain_blocks: 1 -> 1 rows'])
  })
})

describe('a refusal', () => {
  const refused = (): Promise<Answer> => send(server.port, { method: 'POST', path: '/inbox' })
  const surroundings = () => ({ world: [remote] })

  it('is a status of the sender’s, without effect, and after few questions', async () => {
    await expectRefused(server, refused)
    await expect(expectRefused(server, live)).rejects.toThrow('400')
    const acting = async () => {
      await insertDomainBlock(server.ctx.db, 'other.example', '')
      return refused()
    }
    await expect(expectRefused(server, acting)).rejects.toThrow('domain_blocks')
    const asking = async () => {
      for (let time = 0; time < 4; time++) await server.ctx.fetch(`${remote.origin}/${time}`)
      return refused()
    }
    await expect(expectRefused(server, asking, surroundings())).rejects.toThrow(`${remote.origin}/3`)
  })

  it('is not what is taken and comes to nothing', async () => {
    await expect(expectIgnored(server, refused)).rejects.toThrow('202')
  })
})
