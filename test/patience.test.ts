import { connect, type AddressInfo } from 'node:net'
import { createServer } from 'node:http'
import express from 'express'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { limitPatience } from '../src/patience.ts'

const patienceMs = 200
const app = express()
app.use(limitPatience(patienceMs))
app.use((request, response) => {
  request.resume().once('end', () => response.end('all of it'))
})
const server = createServer(app)

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
afterAll(() => new Promise((resolve) => server.close(resolve)))

/** A request whose body comes in two halves, the second one after a while. @returns what was answered */
function sendSlowly(start: string, waitMs: number): Promise<string> {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  socket.write(`${start} HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\nconnection: close\r\n\r\n1`)
  const rest = setTimeout(() => socket.write('2'), waitMs)
  return new Promise((resolve, reject) => {
    let answer = ''
    socket.setEncoding('utf8').on('data', (chunk: string) => (answer += chunk))
    socket.once('error', reject)
    socket.once('close', () => {
      clearTimeout(rest)
      resolve(answer)
    })
  })
}

test.each([
  'POST /inbox',
  'PUT /lockers/x',
  'POST /settings/profile/save',
  'POST /api/v1/statuses',
  'PUT /api/v1/media',
])('%s must come in time', async (start) => {
  expect(await sendSlowly(start, 60_000)).toMatch(/^HTTP\/1\.1 408 /)
})

test.each([
  'PUT /lockers/117654711090480128',
  'POST /settings/import/archive',
  'POST /api/v2/media',
  'POST /api/holdfast/v1/imports',
])('%s brings a file, which may take longer', async (start) => {
  expect(await sendSlowly(start, patienceMs * 2)).toMatch(/all of it$/)
})
