import { once } from 'node:events'
import { createServer, type AddressInfo, type Server } from 'node:net'

/**
 * A server that lets everybody in and answers each query with one row of a number and a text: enough of the
 * protocol (PostgreSQL manual, "Frontend/Backend Protocol") to claim to be any version.
 */
export async function startOldPostgres(
  number: number,
  text: string,
): Promise<{ server: Server; port: number }> {
  const ready = message('Z', Buffer.from('I'))
  const columns = Buffer.concat([int16(2), column('number', 23), column('text', 25)])
  const row = Buffer.concat([int16(2), field(String(number)), field(text)])
  const done = Buffer.from('SELECT 1\0')
  const answer = Buffer.concat([message('T', columns), message('D', row), message('C', done), ready])
  const server = createServer((socket) => {
    socket.once('data', () => {
      socket.write(Buffer.concat([message('R', int32(0)), ready]))
      socket.on('data', (data) => data.toString('latin1', 0, 1) === 'Q' && socket.write(answer))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { server, port: (server.address() as AddressInfo).port }
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body])
}

function column(name: string, type: number): Buffer {
  return Buffer.concat([
    Buffer.from(`${name}\0`),
    int32(0),
    int16(0),
    int32(type),
    int16(-1),
    int32(-1),
    int16(0),
  ])
}

function field(value: string): Buffer {
  return Buffer.concat([int32(value.length), Buffer.from(value)])
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}
