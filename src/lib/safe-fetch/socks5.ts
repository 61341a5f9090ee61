import { isIP, type Socket } from 'node:net'
import { FetchError } from './fetch-error.ts'

export type TunnelTarget = {
  /** A name, which the proxy resolves, or an address without brackets. */
  readonly hostname: string
  readonly port: number
}

const VERSION = 5
const NO_AUTHENTICATION = 0
const PASSWORD_AUTHENTICATION = 2
const CONNECT = 1
const ADDRESS_IPV4 = 1
const ADDRESS_NAME = 3
const ADDRESS_IPV6 = 4

const REPLIES = [
  'succeeded',
  'general failure',
  'connection not allowed',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'TTL expired',
  'command not supported',
  'address type not supported',
]

/**
 * Asks a SOCKS5 proxy (RFC 1928, passwords as in RFC 1929) at the other end of `socket` to connect to `target`.
 * Afterwards the socket carries the target's bytes.
 * @throws FetchError `network` when the proxy refuses; whatever destroyed the socket
 */
export async function greetSocks5(socket: Socket, proxy: URL, target: TunnelTarget): Promise<void> {
  const method = proxy.username === '' ? NO_AUTHENTICATION : PASSWORD_AUTHENTICATION
  socket.write(Buffer.of(VERSION, 1, method))
  const [version, chosen] = await readBytes(socket, 2)
  if (version !== VERSION || chosen !== method) {
    throw new FetchError('network', 'the SOCKS5 proxy refuses our way to log in')
  }
  if (method === PASSWORD_AUTHENTICATION) await logIn(socket, proxy)
  socket.write(connectRequest(target))
  await readReply(socket, target)
}

async function logIn(socket: Socket, proxy: URL): Promise<void> {
  const user = withLength(decodeURIComponent(proxy.username))
  const password = withLength(decodeURIComponent(proxy.password))
  socket.write(Buffer.concat([Buffer.of(1), user, password]))
  const [, status] = await readBytes(socket, 2)
  if (status !== 0) throw new FetchError('network', 'the SOCKS5 proxy refuses our password')
}

function connectRequest({ hostname, port }: TunnelTarget): Buffer {
  const portBytes = Buffer.of(port >> 8, port & 0xff)
  return Buffer.concat([Buffer.of(VERSION, CONNECT, 0), encodeAddress(hostname), portBytes])
}

function encodeAddress(hostname: string): Buffer {
  const family = isIP(hostname)
  if (family === 4) return Buffer.of(ADDRESS_IPV4, ...hostname.split('.').map(Number))
  if (family === 6) return Buffer.concat([Buffer.of(ADDRESS_IPV6), encodeIpv6(hostname)])
  return Buffer.concat([Buffer.of(ADDRESS_NAME), withLength(hostname)])
}

/** The URL parser has brought `address` into its short form: hexadecimal groups with at most one `::`. */
function encodeIpv6(address: string): Buffer {
  const [head = [], tail = []] = address.split('::').map((part) => (part === '' ? [] : part.split(':')))
  const zeros = Array<string>(8 - head.length - tail.length).fill('0')
  const hex = [...head, ...zeros, ...tail].map((group) => group.padStart(4, '0')).join('')
  return Buffer.from(hex, 'hex')
}

function withLength(text: string): Buffer {
  const bytes = Buffer.from(text)
  if (bytes.length > 255) throw new FetchError('blocked-url', 'a name is too long for a SOCKS5 proxy')
  return Buffer.concat([Buffer.of(bytes.length), bytes])
}

/** Reads the whole reply, the bound address too: what follows it belongs to the target. */
async function readReply(socket: Socket, target: TunnelTarget): Promise<void> {
  const [, reply = 1, , addressType] = await readBytes(socket, 4)
  if (reply !== 0) {
    const reason = REPLIES[reply] ?? `reply ${reply}`
    throw new FetchError('network', `${target.hostname}: the SOCKS5 proxy says ${reason}`)
  }
  const addressBytes = addressType === ADDRESS_IPV4 ? 4 : addressType === ADDRESS_IPV6 ? 16 : undefined
  await readBytes(socket, (addressBytes ?? (await readBytes(socket, 1))[0] ?? 0) + 2)
}

function readBytes(socket: Socket, size: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const onReadable = () => {
    const bytes: unknown = socket.read(size)
    if (bytes instanceof Buffer && bytes.length === size) resolve(bytes)
  }
  const onClose = () => reject(socket.errored ?? new FetchError('network', 'the SOCKS5 proxy hung up'))
  socket.on('readable', onReadable).once('close', onClose)
  onReadable()
  return promise.finally(() => socket.off('readable', onReadable).off('close', onClose))
}
