import { connect, type Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { readBody, type BodyProblem } from '../../src/lib/read-body.ts'
import { serve } from './safe-fetch-servers.ts'

const limits = { maxBytes: 100, timeoutMs: 5000 }

/** What is read of a request whose body a client writes as it likes. */
async function readWhat(
  headers: string,
  write: (socket: Socket) => void,
  changes: Partial<typeof limits> = {},
): Promise<string | { problem: BodyProblem }> {
  const read = Promise.withResolvers<Buffer | BodyProblem>()
  await using server = await serve(async (request, response) => {
    const started = Promise.resolve(write(socket))
    read.resolve(await readBody(request, { ...limits, ...changes }))
    await started
    response.end()
  })
  const socket = connect(server.port, '127.0.0.1').on('error', () => undefined)
  socket.write(`POST / HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`)
  const result = await read.promise
  socket.destroy()
  return typeof result === 'string' ? { problem: result } : result.toString()
}

const chunked = 'Transfer-Encoding: chunked'
const chunk = (text: string) => `${text.length.toString(16)}\r\n${text}\r\n`

describe('readBody', () => {
  it('gives the bytes as they came, in one piece or many, or none', async () => {
    expect(await readWhat('Content-Length: 5', (socket) => socket.write('hello'))).toBe('hello')
    expect(await readWhat(chunked, (socket) => socket.write(`${chunk('hel')}${chunk('lo')}0\r\n\r\n`))).toBe(
      'hello',
    )
    expect(await readWhat('Content-Length: 0', () => undefined)).toBe('')
    expect(await readWhat('X: y', () => undefined)).toBe('')
    expect(await readWhat('Content-Length: 100', (socket) => socket.write('x'.repeat(100)))).toHaveLength(100)
  })

  it('refuses what is too long, at once when it says so', async () => {
    expect(await readWhat('Content-Length: 101', () => undefined)).toEqual({ problem: 'too-large' })
    expect(await readWhat(chunked, (socket) => socket.write(chunk('x'.repeat(101))))).toEqual({
      problem: 'too-large',
    })
    expect(await readWhat('Content-Length: 99999999999999999', () => undefined)).toEqual({
      problem: 'too-large',
    })
  })

  it('does not wait for what does not come, however it drips', async () => {
    const drip = (socket: Socket) => {
      const timer = setInterval(() => socket.write(chunk('x')), 10)
      socket.once('close', () => clearInterval(timer))
    }
    expect(await readWhat(chunked, drip, { timeoutMs: 150 })).toEqual({ problem: 'too-slow' })
  })

  it('says when the sender broke off', async () => {
    const breakOff = (socket: Socket) => void socket.write('hel', () => socket.destroy())
    expect(await readWhat('Content-Length: 5', breakOff)).toEqual({ problem: 'broken' })
    expect(await readWhat(chunked, (socket) => void socket.write('zz\r\n'))).toEqual({ problem: 'broken' })
  })
})
