import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import {
  createServer as createTcpServer,
  connect,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'

/** For localhost, a.example.com, b.example.com, 127.0.0.1 and 2606:4700::1. Made for these tests, trusted by nobody else. */
export const TEST_CERTIFICATE = `
-----BEGIN CERTIFICATE-----
MIIBwzCCAWmgAwIBAgIUbcFvlA3x4mYgc5z1p3Q3Hi7wIPIwCgYIKoZIzj0EAwIw
DzENMAsGA1UEAwwEVGVzdDAgFw0yNjExMjEwMTQ4MTFaGA8yMTI2MTAyODAxNDgx
MVowDzENMAsGA1UEAwwEVGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABM3Y
Q0swLxSeXH34tt3/qOVTSV0EKOGd6ctvLMSqBEPKRzcyiIrSE8fpg4xne4G4qMwR
LHI8sSyPP9jJBcl3qxajgaAwgZ0wHQYDVR0OBBYEFBUV1XaQ6WTYnp6MOAJ4AmVu
v1eGMB8GA1UdIwQYMBaAFBUV1XaQ6WTYnp6MOAJ4AmVuv1eGMA8GA1UdEwEB/wQF
MAMBAf8wSgYDVR0RBEMwQYIJbG9jYWxob3N0gg1hLmV4YW1wbGUuY29tgg1iLmV4
YW1wbGUuY29thwR/AAABhxAmBkcAAAAAAAAAAAAAAAABMAoGCCqGSM49BAMCA0gA
MEUCIGiCXaujIKsqhpoVjd2sKnH2Po/e0Ckqn/haXuZWnQ3+AiEAxp9pwsWUJRDO
w2Uj3b9lsScvvCpj/CgiOljV4zOlJ8E=
-----END CERTIFICATE-----
`

const TEST_KEY = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBW7zZ7kmHWX9zyFM
bRZk6PV1EatS49nUWLZAyzrMHNChRANCAATN2ENLMC8Unlx9+Lbd/6jlU0ldBCjh
nenLbyzEqgRDykc3MoiK0hPH6YOMZ3uBuKjMESxyPLEsjz/YyQXJd6sW
-----END PRIVATE KEY-----
`

export type Listening = AsyncDisposable & {
  readonly port: number
  /** Connections accepted so far. */
  readonly connections: () => number
}

/** An HTTP server on a free port of 127.0.0.1. */
export function serve(listener: RequestListener): Promise<Listening> {
  return listen(createServer(listener))
}

/** The same over TLS, with the test certificate. */
export function serveTls(listener: RequestListener): Promise<Listening> {
  return listen(createTlsServer({ cert: TEST_CERTIFICATE, key: TEST_KEY }, listener))
}

/** Accepts connections and only counts them. */
export function record(): Promise<Listening> {
  return listen(createTcpServer((socket) => void socket.on('error', () => {}).resume()))
}

export async function listen(server: Server | TcpServer): Promise<Listening> {
  const sockets = new Set<Socket>()
  let connections = 0
  server.on('connection', (socket: Socket) => {
    connections += 1
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Joins two sockets until either ends. */
export function join(one: Socket, port: number): void {
  const other = connect(port, '127.0.0.1')
  one.on('error', () => other.destroy()).on('close', () => other.destroy())
  other.on('error', () => one.destroy()).on('close', () => one.destroy())
  one.pipe(other).pipe(one)
}
