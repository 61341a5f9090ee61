import type { LookupFunction } from 'node:net'
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls'
import { buildConnector } from 'undici'
import { FetchError } from './fetch-error.ts'
import { openTunnel } from './tunnel.ts'

const CONNECT_TIMEOUT_MS = 10_000

/** How many sockets may be open at once, over all hosts. */
const MAX_SOCKETS = 2_048

/** From here on, sockets are closed after their request instead of being kept for the next. */
const CROWDED_SOCKETS = 1_024

export type ConnectorOptions = {
  /** Decides which addresses a name may lead to. Not asked when a proxy resolves. */
  readonly lookup: LookupFunction
  readonly outboundProxy: URL | undefined
  /** PEM certificates to trust beside Node's own. */
  readonly ca: string | undefined
}

export type Connector = {
  readonly connect: buildConnector.connector
  /** Whether idle sockets should no longer be kept. */
  readonly isCrowded: () => boolean
}

/** Opens sockets for the pool: straight to the host or through the proxy, HTTP/1.1 only, and counts them. */
export function createConnector(options: ConnectorOptions): Connector {
  let open = 0
  const connect =
    options.outboundProxy === undefined ? direct(options) : proxied(options.outboundProxy, options)
  return {
    isCrowded: () => open >= CROWDED_SOCKETS,
    connect(target, callback) {
      if (open >= MAX_SOCKETS) {
        const error = new FetchError('network', `${target.hostname}: too many connections are open`)
        queueMicrotask(() => callback(error, null))
        return
      }
      open += 1
      connect(target, (error, socket) => {
        if (error !== null) {
          open -= 1
          callback(error, null)
          return
        }
        socket.once('close', () => void (open -= 1))
        callback(null, socket)
      })
    },
  }
}

function direct({ lookup, ca }: ConnectorOptions): buildConnector.connector {
  const secureContext = secureContextWith(ca)
  return buildConnector({ allowH2: false, timeout: CONNECT_TIMEOUT_MS, lookup, secureContext })
}

/** Names go to the proxy unresolved (Tor has no other way), TLS runs end to end inside the tunnel. */
function proxied(proxy: URL, { ca }: ConnectorOptions): buildConnector.connector {
  const secureContext = secureContextWith(ca)
  const startTls = buildConnector({ allowH2: false, timeout: CONNECT_TIMEOUT_MS, secureContext })
  return (target, callback) => {
    const port = Number(target.port) || (target.protocol === 'https:' ? 443 : 80)
    openTunnel(proxy, { hostname: target.hostname, port }, CONNECT_TIMEOUT_MS).then(
      (httpSocket) => {
        if (target.protocol === 'https:') startTls({ ...target, httpSocket }, callback)
        else callback(null, httpSocket)
      },
      (error: Error) => callback(error, null),
    )
  }
}

/** One context for all connections: parsing the certificate store for each of them would cost more than the handshake. */
function secureContextWith(ca: string | undefined): SecureContext {
  return createSecureContext(ca === undefined ? {} : { ca: [...getCACertificates('default'), ca] })
}
