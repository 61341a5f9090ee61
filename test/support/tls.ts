import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import { request as forward } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2']

/** Makes an authority and one certificate of it for all `names`, in `dir`, with the `openssl` command. */
export async function makeCertificates(dir: string, names: readonly string[]): Promise<void> {
  const authority = ['-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=Holdfast test authority']
  await run('openssl', ['req', '-x509', ...CURVE, ...authority], { cwd: dir })
  const alternatives = `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`
  const leaf = [
    '-keyout',
    'leaf.key',
    '-out',
    'leaf.pem',
    '-subj',
    `/CN=${names[0]}`,
    '-addext',
    alternatives,
  ]
  const signer = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-addext', 'basicConstraints=critical,CA:FALSE']
  await run('openssl', ['req', '-x509', ...CURVE, ...leaf, ...signer], { cwd: dir })
}

/**
 * What stands before a server in production: ends TLS on port 443 of `address` and forwards to `port` on
 * loopback with `X-Forwarded-*`; 502 while nobody listens there.
 */
export async function startTlsFront(dir: string, address: string, port: number): Promise<AsyncDisposable> {
  const [key, cert] = await Promise.all(['leaf.key', 'leaf.pem'].map((name) => readFile(join(dir, name))))
  const front = createServer({ key, cert } as { key: Buffer; cert: Buffer }, (incoming, response) =>
    passOn(incoming, response, port),
  )
  await once(front.listen(443, address), 'listening')
  return {
    [Symbol.asyncDispose]: async () => {
      front.closeAllConnections()
      await once(front.close(), 'close')
    },
  }
}

function passOn(incoming: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url: path, headers, socket } = incoming
  const forwarded = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': headers.host,
    'x-forwarded-for': socket.remoteAddress,
  }
  const outgoing = forward({ port, host: '127.0.0.1', method, path, headers: { ...headers, ...forwarded } })
  outgoing.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
  })
  outgoing.on('error', () => (response.headersSent ? response.destroy() : response.writeHead(502).end()))
  incoming.pipe(outgoing)
}
