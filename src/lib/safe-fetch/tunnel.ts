import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, isIPv6, type Socket } from 'node:net'
import { once } from 'node:events'
import { FetchError } from './fetch-error.ts'
import { bareHost } from './check-url.ts'
import { greetSocks5, type TunnelTarget } from './socks5.ts'

const SOCKS_PORT = 1080

/**
 * Opens a byte tunnel to `target` through the operator's proxy (`http:`, `https:`, `socks5:` or `socks5h:`, with
 * credentials in the URL). undici's own proxy agents put no bound on the sockets of a SOCKS host and keep
 * pools of their own; with a tunnel as an ordinary socket, one pool with one set of limits serves everything.
 * @throws FetchError `network` or `timeout`
 */
export async function openTunnel(proxy: URL, target: TunnelTarget, timeoutMs: number): Promise<Socket> {
  const open = proxy.protocol.startsWith('socks5') ? openSocksTunnel : openConnectTunnel
  const socket = await open(proxy, target, timeoutMs)
  return socket.on('error', reportedOnClose)
}

/** RFC 9110 section 9.3.6. */
function openConnectTunnel(proxy: URL, target: TunnelTarget, timeoutMs: number): Promise<Socket> {
  const host = isIPv6(target.hostname) ? `[${target.hostname}]` : target.hostname
  const authority = `${host}:${target.port}`
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest
  const request = send(proxy, {
    method: 'CONNECT',
    path: authority,
    headers: { host: authority, ...proxyAuthorization(proxy) },
    agent: false,
  })
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const timer = setTimeout(() => request.destroy(proxyTimeout(target)), timeoutMs)
  request.once('connect', ({ statusCode = 0 }, socket: Socket, head) => {
    clearTimeout(timer)
    if (statusCode < 200 || statusCode > 299 || head.length > 0) {
      socket.destroy()
      reject(new FetchError('network', `${target.hostname}: the proxy answered ${statusCode} to CONNECT`))
    } else resolve(socket)
  })
  request.once('response', ({ statusCode = 0 }) =>
    request.destroy(new FetchError('network', `${target.hostname}: the proxy answered ${statusCode}`)),
  )
  request.once('error', (error) => {
    clearTimeout(timer)
    reject(proxyFailure(target, error))
  })
  request.end()
  return promise
}

/** Options' `auth` would be sent as `Authorization`, which is the target's, not the proxy's. */
function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {}
  const credentials = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`
  return { 'proxy-authorization': `Basic ${Buffer.from(credentials).toString('base64')}` }
}

async function openSocksTunnel(proxy: URL, target: TunnelTarget, timeoutMs: number): Promise<Socket> {
  const socket = connect({ host: bareHost(proxy), port: Number(proxy.port) || SOCKS_PORT, noDelay: true })
  socket.on('error', reportedOnClose)
  const timer = setTimeout(() => socket.destroy(proxyTimeout(target)), timeoutMs)
  try {
    await once(socket, 'connect')
    await greetSocks5(socket, proxy, target)
    return socket
  } catch (error) {
    socket.destroy()
    throw proxyFailure(target, error)
  } finally {
    clearTimeout(timer)
  }
}

/** Whoever uses the socket learns of its end by `close`; an error without a listener would end the process. */
function reportedOnClose(): void {}

function proxyTimeout(target: TunnelTarget): FetchError {
  return new FetchError('timeout', `${target.hostname}: the proxy did not open a connection in time`)
}

function proxyFailure(target: TunnelTarget, error: unknown): FetchError {
  if (error instanceof FetchError) return error
  return new FetchError('network', `${target.hostname}: the proxy is unreachable`, { cause: error })
}
