import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadConfig, readDotEnv, settingNames } from '../src/config.ts'
import { OperatorError } from '../src/lib/errors.ts'

/** The lines of the complaint about these settings, the first and the last left out. */
function problemsOf(environment: Record<string, string>, dotEnv: Record<string, string> = {}): string[] {
  try {
    loadConfig(environment, dotEnv)
  } catch (error) {
    expect(error).toBeInstanceOf(OperatorError)
    return (error as Error).message.split('\n').slice(1, -1)
  }
  return []
}

const example = await readFile(join(import.meta.dirname, '../.env.example'), 'utf8')
const entries = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value])

describe('.env.example', () => {
  test('lists exactly the settings', () => {
    expect(entries.map(([name]) => name)).toEqual(settingNames)
  })

  test('sets nothing by itself', () => {
    expect(example.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([])
  })

  test('gives the defaults', () => {
    expect(loadConfig({}, Object.fromEntries(entries) as Record<string, string>)).toEqual(loadConfig({}))
  })
})

describe('defaults', () => {
  test('suit a trial on this machine', () => {
    expect(loadConfig({})).toMatchObject({
      origin: 'http://localhost:3000',
      handleDomain: 'localhost:3000',
      port: 3000,
      host: '127.0.0.1',
      dataDir: resolve('data'),
      databaseUrl: undefined,
      secretFile: resolve('data/secret'),
      mediaUrl: `file:${resolve('data/media')}`,
      allowPrivateAddress: true,
      authorizedFetch: false,
      roles: ['web', 'worker'],
      trustedProxies: [],
      logLevel: 'info',
    })
  })

  test('follow from what is set', () => {
    expect(loadConfig({ PORT: '8080', DATA_DIR: '/srv/holdfast' })).toMatchObject({
      origin: 'http://localhost:8080',
      secretFile: '/srv/holdfast/secret',
      mediaUrl: 'file:/srv/holdfast/media',
    })
    expect(loadConfig({ ORIGIN: 'https://social.example' })).toMatchObject({
      handleDomain: 'social.example',
      allowPrivateAddress: false,
    })
  })

  test('come again for a setting that is empty', () => {
    expect(loadConfig({ PORT: '', DATABASE_URL: '' })).toEqual(loadConfig({}))
  })
})

test('The version is that of the package', async () => {
  const manifest = await readFile(join(import.meta.dirname, '../package.json'), 'utf8')
  expect(loadConfig({}).version).toBe((JSON.parse(manifest) as { version: string }).version)
})

test('Lists, addresses and switches are read', () => {
  const config = loadConfig({
    ORIGIN: 'https://Social.Example:8443/',
    HANDLE_DOMAIN: 'Example.org',
    ROLES: 'worker',
    TRUSTED_PROXIES: '127.0.0.1, fd00::/8',
    AUTHORIZED_FETCH: 'true',
  })
  expect(config).toMatchObject({
    origin: 'https://social.example:8443',
    handleDomain: 'example.org',
    roles: ['worker'],
    trustedProxies: ['127.0.0.1', 'fd00::/8'],
    authorizedFetch: true,
  })
})

test('The environment wins over .env', () => {
  expect(loadConfig({ PORT: '1' }, { PORT: '2', HOST: '::1' })).toMatchObject({ port: 1, host: '::1' })
})

test('Every problem is listed at once, by name', () => {
  const wrong = {
    ORIGIN: 'social.example',
    HANDLE_DOMAIN: 'not a host',
    PORT: 'http',
    DATABASE_URL: 'mysql://localhost/x',
    MEDIA_URL: 'ftp://x',
    ALLOW_PRIVATE_ADDRESS: 'yes',
    AUTHORIZED_FETCH: '1',
    OUTBOUND_PROXY: 'proxy:8080',
    METRICS_TOKEN: 'short',
    TRUSTED_PROXIES: 'localhost',
    ROLES: 'web,cook',
    LOG_LEVEL: 'loud',
  }
  const problems = problemsOf(wrong, { SMTP: 'x' })
  const named = new Set(problems.map((line) => line.trim().split(':')[0]))
  expect(named).toEqual(new Set([...Object.keys(wrong), 'SMTP']))
})

test.each([
  'http://social.example',
  'https://social.example/path',
  'https://social.example/?q',
  'https://user@social.example',
  'ftp://social.example',
  'https://',
])('%s is no origin', (origin) => {
  expect(problemsOf({ ORIGIN: origin })).toMatchObject([expect.stringMatching(/^ {2}ORIGIN: must be /)])
})

test.each(['http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:8080', 'http://a.localhost'])(
  '%s may be private',
  (origin) => {
    expect(loadConfig({ ORIGIN: origin }).allowPrivateAddress).toBe(true)
    expect(loadConfig({ ORIGIN: origin, ALLOW_PRIVATE_ADDRESS: 'false' }).allowPrivateAddress).toBe(false)
  },
)

test.each(['https://social.example', 'https://10.0.0.1', 'https://localhost.example'])(
  'Private addresses are not allowed with the public origin %s',
  (origin) => {
    expect(problemsOf({ ORIGIN: origin, ALLOW_PRIVATE_ADDRESS: 'true' })).toEqual([
      '  ALLOW_PRIVATE_ADDRESS: true is for trials on localhost only, and ORIGIN is public',
    ])
  },
)

test('Nothing but settings may stand in .env', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-config-'))
  try {
    expect(readDotEnv(directory)).toEqual({})
    await writeFile(join(directory, '.env'), 'PORT=8080\nORIGINE=https://social.example\n')
    expect(problemsOf({}, readDotEnv(directory) as Record<string, string>)).toEqual([
      '  ORIGINE: is in .env but is not a setting',
    ])
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('The environment of the process may hold anything', () => {
  expect(problemsOf({ ORIGINE: 'x', PATH: '/bin' })).toEqual([])
})
