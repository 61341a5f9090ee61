import type { LookupAddress } from 'node:dns'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGuardedFetch, type GuardedClient } from '../../src/lib/safe-fetch.ts'
import { record, type Listening } from './safe-fetch-servers.ts'

/** Every spelling that reaches loopback on some system or other, and a member of every other kind of range. */
const REFUSED_HOSTS = [
  ...['127.0.0.1', '127.0.0.1.', '127.1', '2130706433', '0x7f000001', '0x7f.1', '0177.0.0.1', '017700000001'],
  ...[
    '１２７.０.０.１',
    '127。0。0。1',
    '0',
    '0.0.0.0',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::127.0.0.1]',
  ],
  ...['[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[0:0:0:0:0:ffff:127.0.0.1]', '[64:ff9b::7f00:1]'],
  ...[
    'localhost',
    'LOCALHOST',
    'localhost.',
    'a.localhost',
    'intranet',
    'printer.local',
    'metadata.internal',
  ],
  ...['10.0.0.1', '169.254.169.254', '100.64.0.1', '192.0.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['172.16.0.1', '192.168.0.1', '192.175.48.1', '[fc00::1]', '[fe80::1]', '[fec0::1]', '[ff02::1]'],
  ...['[::ffff:10.0.0.1]', '[64:ff9b::a00:1]', '[64:ff9b:1::1]', '[2002:a00:1::]', '[2001:0:a00:1::]'],
  ...['[2001:db8::1]', '[100::1]', '[3fff::1]', '[5f00::1]'],
]

const NEVER_REQUESTED = [
  ...[
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'data:application/json,{}',
    'blob:x',
  ],
  ...['javascript:1', 'gopher://example.com/', 'http+unix://%2Fvar%2Frun%2Fdocker.sock/', 'unix:/run/x.sock'],
  ...['http://unix:/var/run/docker.sock:/', 'https://user@example.com/', 'https://user:pw@example.com/'],
  ...[
    'https://example.com/\r\nHost: x',
    'https://example.com/\n',
    'https://exam\tple.com/',
    '\u0000https://a.test/',
  ],
  ...['https://example.com/%0d%0aHost:%20x', 'https://example.com/%0A', 'https://example.com/?a=%00'],
  ...[
    'https://example.com:22/',
    'https://example.com:25/',
    'https://example.com:5432/',
    'https://example.com:6379/',
  ],
  ...[
    'https://example.com:8443/',
    'https://a.onion/',
    'http://a.onion/',
    '',
    'example.com',
    '//example.com/',
    'https://',
  ],
  ...['https://[fe80::1%25eth0]/', 'https://256.256.256.256/', 'https://1.2.3.4.5/', 'https://a b.example/'],
]

let recorder: Listening
let fetch: GuardedClient
let answers: LookupAddress[][]

beforeAll(async () => {
  recorder = await record()
  fetch = createGuardedFetch({
    allowPrivateAddress: false,
    userAgent: 'test',
    extraPorts: [recorder.port],
    resolve: async () => answers.shift() ?? [],
  })
})

afterAll(async () => {
  await fetch.close()
  expect(recorder.connections()).toBe(0)
  await recorder[Symbol.asyncDispose]()
})

const failureOf = (url: string, timeoutMs = 2_000) =>
  fetch(url, { timeoutMs }).then(
    () => 'answered',
    (error) => error,
  )

describe('addresses in URLs', () => {
  it.each(REFUSED_HOSTS)('refuses %s', async (host) => {
    answers = [[{ address: '127.0.0.1', family: 4 }]]
    const url = `https://${host}:${recorder.port}/`
    expect(await failureOf(url)).toMatchObject({
      name: 'FetchError',
      kind: 'blocked-address',
      retryable: false,
    })
    expect(recorder.connections()).toBe(0)
  })

  it.each(NEVER_REQUESTED)('refuses %j', async (url) => {
    expect(await failureOf(url)).toMatchObject({ name: 'FetchError', kind: 'blocked-url', retryable: false })
  })
})

describe('names', () => {
  const UNROUTED = { address: '2000::1', family: 6 }
  const url = () => `https://a.example.com:${recorder.port}/`

  it.each([
    ['127.0.0.1', 4],
    ['0.0.0.0', 4],
    ['255.255.255.255', 4],
    ['10.0.0.1', 4],
    ['::1', 6],
    ['::ffff:127.0.0.1', 6],
    ['fe80::1%lo', 6],
  ])('are refused when they resolve to %s', async (address, family) => {
    answers = [[{ address, family }]]
    const error = await failureOf(url())
    expect(error).toMatchObject({ kind: 'blocked-address', retryable: false })
    expect(error.message).toContain(address)
  })

  it('are reached at their public addresses only', async () => {
    answers = [[{ address: '127.0.0.1', family: 4 }, UNROUTED]]
    expect(['network', 'timeout']).toContain((await failureOf(url(), 300)).kind)
    expect(recorder.connections()).toBe(0)
  })

  it('are judged by the answer that is connected to, each time', async () => {
    answers = [[UNROUTED], [{ address: '127.0.0.1', family: 4 }]]
    expect(['network', 'timeout']).toContain((await failureOf(url(), 300)).kind)
    expect(await failureOf(url())).toMatchObject({ kind: 'blocked-address' })
    expect(recorder.connections()).toBe(0)
  })

  it('without an address are a failure that may pass', async () => {
    answers = [[]]
    expect(await failureOf(url())).toMatchObject({ kind: 'network', retryable: true })
  })
})

it('reaches the recorder when private addresses are allowed', async () => {
  await using control = await record()
  await using open = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'test' })
  await expect(open(`http://127.0.0.1:${control.port}/`, { timeoutMs: 200 })).rejects.toMatchObject({
    kind: 'timeout',
  })
  expect(control.connections()).toBe(1)
})
