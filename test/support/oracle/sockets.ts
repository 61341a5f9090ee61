import { Socket } from 'node:net'
import { isPublicAddress } from '../../../src/lib/addresses.ts'

export type SocketRecorder = Disposable & {
  /** Where this process tried to connect to, and should not have. */
  inward(): string[]
}

type Connect = (this: Socket, ...options: unknown[]) => Socket

/**
 * Sees every socket that anything in this process opens, whichever library does it, at the moment of the attempt.
 * @param open ports on loopback that are not meant: the server's own, its database, and servers that stand for the world
 */
export function recordSockets(open: ReadonlySet<number>): SocketRecorder {
  const seen: string[] = []
  const prototype = Socket.prototype as { connect: Connect }
  const { connect } = prototype
  prototype.connect = function (...options) {
    this.on('connectionAttempt', (address: string, port: number) => {
      const isMeant = isPublicAddress(address) || (isLoopback(address) && open.has(port))
      if (!isMeant) seen.push(`${address}:${port}`)
    })
    const path = findPath(options)
    if (path !== undefined) seen.push(path)
    return connect.apply(this, options)
  }
  return {
    inward: () => seen,
    [Symbol.dispose]: () => {
      prototype.connect = connect
    },
  }
}

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1'

/** Node passes `connect` either what it was given or that as one list, options first. */
function findPath([first]: readonly unknown[]): string | undefined {
  const options: unknown = Array.isArray(first) ? first[0] : first
  if (typeof options === 'string') return options
  const path = (options as { path?: unknown } | null | undefined)?.path
  // An agent gives its sockets the path of the request as well: then there is a host, too.
  return typeof path === 'string' && !('host' in (options as object)) ? path : undefined
}
