import type { RequestListener } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { createGuardedFetch, type GuardedInit } from '../../src/lib/safe-fetch.ts'
import { serve } from './safe-fetch-servers.ts'

const MEBIBYTE = 1_048_576

const fetch = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Test/1' })
afterAll(() => fetch.close())

async function ask(listener: RequestListener, init: GuardedInit) {
  await using server = await serve(listener)
  return await fetch(`http://127.0.0.1:${server.port}/`, init)
}

function* zeros() {
  for (;;) yield Buffer.alloc(65_536)
}

/** A sink that keeps what it is given. */
function keep() {
  const chunks: Buffer[] = []
  const heads: unknown[] = []
  return {
    heads,
    text: () => Buffer.concat(chunks).toString(),
    begin: (head: unknown) => void heads.push(head),
    write: (chunk: Buffer) => void chunks.push(chunk),
  }
}

describe('a body that is taken while it arrives', () => {
  it('comes in order, and the response has none', async () => {
    const sink = keep()
    const body = 'abcdefgh'.repeat(100_000)
    const answer = await ask(
      (_request, response) =>
        response.writeHead(200, { 'content-type': 'image/png', 'content-length': body.length }).end(body),
      { sink },
    )
    expect(answer).toMatchObject({ status: 200, body: Buffer.alloc(0) })
    expect(sink.heads).toEqual([{ contentType: 'image/png', contentLength: body.length }])
    expect(sink.text()).toBe(body)
  })

  it('is read no faster than it is taken', async () => {
    let sent = 0
    const gate = Promise.withResolvers<void>()
    const first = Promise.withResolvers<void>()
    const controller = new AbortController()
    const asked = ask(
      (_request, response) => {
        const piece = Buffer.alloc(65_536)
        const send = () => {
          while (sent < 64 * MEBIBYTE) {
            sent += piece.length
            if (!response.write(piece)) return void response.once('drain', send)
          }
          response.end()
        }
        response.writeHead(200)
        send()
      },
      {
        maxBytes: 128 * MEBIBYTE,
        signal: controller.signal,
        sink: {
          write: () => {
            first.resolve()
            return gate.promise
          },
        },
      },
    )
    await first.promise
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate)
    expect(sent).toBeLessThan(32 * MEBIBYTE)
    controller.abort()
    await expect(asked).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('ends at the byte limit, however it is sent', async () => {
    const endless: RequestListener = (_request, response) =>
      void pipeline(zeros(), response).catch(() => undefined)
    const sink = keep()
    await expect(ask(endless, { sink, maxBytes: MEBIBYTE })).rejects.toMatchObject({ kind: 'too-large' })
    expect(sink.text().length).toBeLessThanOrEqual(MEBIBYTE)
  })

  it('ends at the deadline, also while the sink takes its time', async () => {
    const asked = ask((_request, response) => void response.write('x'), {
      timeoutMs: 200,
      sink: { write: () => new Promise(() => {}) },
    })
    await expect(asked).rejects.toMatchObject({ kind: 'timeout' })
  })

  it('is refused when it is encoded', async () => {
    const sink = keep()
    const asked = ask(
      (_request, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('x')),
      { sink },
    )
    await expect(asked).rejects.toMatchObject({ kind: 'decode' })
    expect(sink.text()).toBe('')
  })

  it.each(['begin', 'write'] as const)('is given up when the sink throws in %s', async (method) => {
    const cause = new Error('not this')
    const refuse = () => {
      throw cause
    }
    const sink = { ...keep(), [method]: refuse }
    const asked = ask((_request, response) => response.end('x'.repeat(100_000)), { sink })
    await expect(asked).rejects.toMatchObject({ kind: 'aborted', cause })
  })

  it('does not include the body of an error', async () => {
    const sink = keep()
    const long = 'no'.repeat(10_000)
    const answer = await ask((_request, response) => response.writeHead(404).end(long), { sink })
    expect([answer.status, answer.body.length, sink.heads, sink.text()]).toEqual([404, 4_096, [], ''])
  })
})
