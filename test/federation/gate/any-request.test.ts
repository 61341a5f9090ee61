import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createMember } from '../../support/people.ts'
import { startServer } from '../../support/server.ts'
import { use } from '../../support/use.ts'

const server = await use(startServer())
await createMember(server.ctx, 'bob')

const unhandled: unknown[] = []
const note = (reason: unknown) => void unhandled.push(reason)
process.on('unhandledRejection', note)
afterAll(() => {
  process.off('unhandledRejection', note)
  expect(unhandled).toEqual([])
})

type Lines = {
  readonly method: string
  readonly target: string
  readonly headers: readonly (readonly [string, string])[]
  readonly body: string
}

/** Writes the bytes of a request as they are, and reads the status of the answer; 0 when there is none. */
async function ask({ method, target, headers, body }: Lines): Promise<number> {
  const host = headers.some(([name]) => name.toLowerCase() === 'host')
    ? []
    : [['Host', new URL(server.origin).host] as const]
  const all = [...host, ...headers, ['Connection', 'close'] as const]
  const length = body === '' ? [] : [['Content-Length', String(Buffer.byteLength(body))] as const]
  const head = [...all, ...length].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => undefined).setTimeout(5000, () => socket.destroy(new Error('no answer')))
  socket.write(`${method} ${target} HTTP/1.1\r\n${head}\r\n${body}`, 'latin1')
  const chunks = await socket.toArray().catch((): Buffer[] => [])
  const [, status] = /^HTTP\/1\.1 (\d{3})/.exec(Buffer.concat(chunks).toString('latin1')) ?? []
  return Number(status ?? 0)
}

const oddTargets = [
  ...[
    '*',
    '/',
    '//',
    '//evil',
    '///evil.test/x',
    '/%',
    '/%00',
    '/%zz',
    '/users/%00',
    '/users/%00/inbox',
    '/users/%E0%A4%A/inbox',
  ],
  ...[
    '/users/%E0%A4%A',
    '/users/bob%2Finbox',
    '/users/bob/../bob',
    '/./users/bob',
    '/%2e%2e/users/bob',
    '/users/bob/',
    '/users//inbox',
  ],
  ...[
    '/users/__proto__',
    '/users/constructor/inbox',
    '/users/bob/statuses/99999999999999999999999',
    '/users/bob/statuses/%00',
  ],
  ...[
    'http://evil.test/users/bob',
    'http://evil.test',
    'evil.test:443',
    '/users/bob/outbox?cursor=%00',
    '/users/bob/outbox?cursor=x',
  ],
  ...[
    '/users/bob/outbox?cursor=99999999999999999999999',
    '/users/bob/followers?cursor=',
    '/users/bob/followers?cursor=-1',
  ],
  ...[
    '/.well-known/webfinger',
    '/.well-known/webfinger?resource=',
    '/.well-known/webfinger?resource=acct:%00@localhost',
  ],
  ...[
    '/.well-known/webfinger?resource=%E0%A4%A',
    '/.well-known/webfinger?resource[]=x',
    '/.well-known/webfinger?resource=acct:@',
  ],
  ...[
    '/.well-known/webfinger?resource=http://[',
    '/.well-known/webfinger?resource=http://localhost/users/%E0%A4%A',
  ],
  ...[
    '/.well-known/webfinger?resource=x&resource=y',
    '/.well-known/nodeinfo',
    '/@',
    '/@bob/%00',
    '/@%E0%A4%A',
    '/tags/%00',
    '/tags/%E0%A4%A',
  ],
  ...[
    '/inbox',
    '/inbox/',
    '/INBOX',
    '/users/bob/inbox',
    '/users/bob/outbox',
    '/actor',
    '/actor/inbox',
    '/actor/outbox',
    '/nodeinfo/2.0',
  ],
  `/${'a-'.repeat(5000)}`,
  `/users/${'a'.repeat(10_000)}/inbox`,
]

const token = fc.stringMatching(/^[A-Za-z_-]{1,20}$/)
const value = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 80,
})
const known: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  fc.tuple(
    fc.constantFrom(
      'Signature',
      'Signature-Input',
      'Date',
      'Digest',
      'Content-Digest',
      'Accept',
      'Content-Type',
      '__proto__',
      'constructor',
      'Host',
      'Expect',
      'If-None-Match',
      'X-Forwarded-For',
      'X-Forwarded-Host',
      'Range',
      'Upgrade',
    ),
    value,
  ),
  fc.constantFrom(
    ['Accept', 'application/activity+json'] as const,
    ['Accept', 'text/html;q=0.1, application/ld+json'] as const,
    ['Content-Type', 'application/activity+json'] as const,
    ['Date', 'garbage'] as const,
    ['__proto__', 'x'] as const,
    ['Signature', 'keyId="https://[",headers="(request-target) host date digest",signature="AAAA"'] as const,
    ['Signature', 'keyId="data:,",headers="date",signature="%%%",created=99999999999999999'] as const,
    ['Signature-Input', 'sig1=("@method");created=99999999999999999999;keyid="x"'] as const,
    ['Signature-Input', 'sig1=("date" "date");expires=0'] as const,
  ),
)
const headers = fc.array(fc.oneof({ weight: 4, arbitrary: known }, fc.tuple(token, value)), { maxLength: 8 })
const method = fc.oneof(
  fc.constantFrom('GET', 'HEAD', 'POST'),
  fc.constantFrom('PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'M-SEARCH', 'BOGUS'),
)
const target = fc.oneof(
  fc.constantFrom(...oddTargets),
  fc.stringMatching(/^\/[!-~]{0,60}$/),
  fc.stringMatching(/^\/(users|\.well-known|actor|nodeinfo)\/[!-~]{0,40}$/),
)
const body = fc.oneof(fc.constant(''), fc.json(), fc.string({ maxLength: 200 }))

describe('any request', () => {
  const accepts = ['application/activity+json', 'text/html', '*/*', 'application/json']

  it.each(oddTargets)('to %s is answered, and not with our fault', { timeout: 60_000 }, async (odd) => {
    for (const verb of ['GET', 'POST', 'HEAD']) {
      for (const accept of accepts) {
        const status = await ask({ method: verb, target: odd, headers: [['Accept', accept]], body: '' })
        expect({ verb, accept, isOurFault: status >= 500 || status === 0 }).toEqual({
          verb,
          accept,
          isOurFault: false,
        })
      }
    }
  })

  it('whatsoever is answered, and not with our fault', { timeout: 120_000 }, async () => {
    const anyRequest = fc.record({ method, target, headers, body })
    await fc.assert(
      fc.asyncProperty(anyRequest, async (lines) => {
        const status = await ask(lines)
        expect(status).toBeGreaterThanOrEqual(200)
        expect(status).toBeLessThan(500)
      }),
      { numRuns: 1500 },
    )
    expect(await ask({ method: 'GET', target: '/health/ready', headers: [], body: '' })).toBe(200)
    expect(unhandled).toEqual([])
  })
})
