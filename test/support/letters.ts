import { hash, sign, type KeyObject } from 'node:crypto'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'

export type Answer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }

/** A signed POST, with every part of it changeable before and after it is signed. */
export type Letter = {
  readonly keyId: string
  readonly privateKey: KeyObject
  readonly body: object | string | Buffer
  /** Default `/inbox`. */
  readonly path?: string
  readonly method?: string
  readonly style?: 'cavage' | 'rfc9421'
  /** The components that are signed, in order. */
  readonly covered?: readonly string[]
  readonly date?: Date
  /** RFC 9421: what follows the components, by default `;created=...;keyid="..."`. */
  readonly params?: string
  /** Headers before signing; `undefined` leaves one out. */
  readonly headers?: Readonly<Record<string, string | undefined>>
  /** Headers, and the path, as they are after signing. */
  readonly after?: Readonly<Record<string, string | undefined>>
  readonly pathAfter?: string
}

type Place = { readonly origin: string; readonly port: number }

/** Sends a request to loopback, whatever it is, and reads the whole answer. */
export function send(
  port: number,
  {
    method = 'GET',
    path = '/',
    headers = {},
    body,
  }: {
    method?: string
    path?: string
    headers?: Readonly<Record<string, string | undefined>>
    body?: string | Buffer
  },
): Promise<Answer> {
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined))
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: sent as Record<string, string>,
    })
    request.on('error', reject)
    request.on('response', (response) => {
      response.toArray().then((chunks: Buffer[]) => {
        const { statusCode = 0, headers } = response
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks).toString() })
      }, reject)
    })
    request.end(body)
  })
}

/** Posts a letter to a server that calls itself by an origin and listens on a port. */
export function post(to: Place, letter: Letter): Promise<Answer> {
  const { body, path = '/inbox', method = 'POST' } = letter
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const headers = { ...signedHeaders(to, letter, bytes), ...letter.after }
  return send(to.port, { method, path: letter.pathAfter ?? path, headers, body: bytes })
}

/** GETs a document as somebody. */
export function getSigned(
  to: Place,
  path: string,
  signer: Pick<Letter, 'keyId' | 'privateKey'>,
): Promise<Answer> {
  const covered = ['(request-target)', 'host', 'date']
  const letter: Letter = {
    ...signer,
    path,
    method: 'GET',
    covered,
    body: '',
    headers: { accept: activityType },
  }
  return send(to.port, { path, headers: signedHeaders(to, letter, Buffer.alloc(0)) })
}

export const activityType = 'application/activity+json'

function signedHeaders(to: Place, letter: Letter, bytes: Buffer): Record<string, string | undefined> {
  const { date = new Date(), style = 'cavage' } = letter
  const sha256 = hash('sha256', bytes, 'base64')
  const headers: Record<string, string | undefined> = {
    host: new URL(to.origin).host,
    date: date.toUTCString(),
    'content-type': activityType,
    ...(style === 'cavage' ? { digest: `SHA-256=${sha256}` } : { 'content-digest': `sha-256=:${sha256}:` }),
    ...letter.headers,
  }
  return {
    ...headers,
    ...(style === 'cavage' ? signCavage(letter, headers) : signRfc9421(to, letter, headers)),
  }
}

function signCavage(letter: Letter, headers: Record<string, string | undefined>): Record<string, string> {
  const { keyId, path = '/inbox', method = 'POST' } = letter
  const covered = letter.covered ?? ['(request-target)', 'host', 'date', 'digest']
  const lines = covered.map((name) =>
    name === '(request-target)'
      ? `${name}: ${method.toLowerCase()} ${path}`
      : `${name}: ${headers[name] ?? ''}`,
  )
  const signature = signText(lines.join('\n'), letter.privateKey)
  return {
    signature: `keyId="${keyId}",algorithm="rsa-sha256",headers="${covered.join(' ')}",signature="${signature}"`,
  }
}

function signRfc9421(
  to: Place,
  letter: Letter,
  headers: Record<string, string | undefined>,
): Record<string, string> {
  const { keyId, path = '/inbox', method = 'POST', date = new Date() } = letter
  const covered = letter.covered ?? ['@method', '@target-uri', '@authority', 'content-digest']
  const derived: Record<string, string> = {
    '@method': method,
    '@target-uri': to.origin + path,
    '@authority': new URL(to.origin).host,
    '@path': path.split('?')[0] ?? '',
    '@query': `?${path.split('?')[1] ?? ''}`,
  }
  const lines = covered.map((name) => `"${name}": ${derived[name] ?? headers[name] ?? ''}\n`)
  const params = letter.params ?? `;created=${Math.floor(date.getTime() / 1000)};keyid="${keyId}"`
  const input = `(${covered.map((name) => `"${name}"`).join(' ')})${params}`
  const signature = signText(`${lines.join('')}"@signature-params": ${input}`, letter.privateKey)
  return { 'signature-input': `sig1=${input}`, signature: `sig1=:${signature}:` }
}

function signText(text: string, key: KeyObject): string {
  return sign(key.asymmetricKeyType === 'rsa' ? 'sha256' : null, Buffer.from(text, 'latin1'), key).toString(
    'base64',
  )
}
