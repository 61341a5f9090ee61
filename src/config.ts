import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseEnv } from 'node:util'
import { z } from 'zod'
import { readEmailAddress } from './lib/email-address.ts'
import { OperatorError } from './lib/errors.ts'

const roles = ['web', 'worker'] as const
const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
const flag = z.enum(['true', 'false'], 'must be true or false').transform((value) => value === 'true')
const list = z.string().transform((value) =>
  value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
)

const settings = z.object({
  ORIGIN: z
    .string()
    .superRefine(checkOrigin)
    .transform((value) => new URL(value).origin)
    .optional(),
  HANDLE_DOMAIN: z
    .hostname('must be a host name')
    .transform((value) => value.toLowerCase())
    .optional(),
  PORT: z.coerce.number('must be a port number').int().min(0).max(65535).default(3000),
  HOST: z.string().default('127.0.0.1'),
  DATA_DIR: z.string().default('./data'),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// URL' }).optional(),
  SECRET_FILE: z.string().optional(),
  MEDIA_URL: z.url({ protocol: /^(file|s3)$/, error: 'must be a file: or s3: URL' }).optional(),
  MEDIA_CACHE_MIB: z.coerce
    .number('must be a number of MiB')
    .int()
    .min(0)
    .max(16_777_216)
    .refine((value) => value === 0 || value >= 128, 'must be 0 or at least 128')
    .default(1024),
  MEDIA_QUOTA_MIB: z.coerce.number('must be a number of MiB').int().min(1).max(16_777_216).default(2048),
  ALLOW_PRIVATE_ADDRESS: flag.optional(),
  AUTHORIZED_FETCH: flag.default(false),
  OUTBOUND_PROXY: z.url({ protocol: /^(http|socks5)$/, error: 'must be an http: or socks5: URL' }).optional(),
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'must be an smtp: or smtps: URL' }).optional(),
  MAIL_FROM: z
    .string()
    .refine((value) => readEmailAddress(value) !== undefined, 'must be an e-mail address')
    .optional(),
  METRICS_TOKEN: z.string().min(16, 'must be at least 16 characters').optional(),
  TRUSTED_PROXIES: list
    .pipe(z.array(z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], 'must be addresses or networks')))
    .default([]),
  ROLES: list.pipe(z.array(z.enum(roles, `must be of ${roles.join(', ')}`)).min(1)).default([...roles]),
  LOG_LEVEL: z.enum(levels, `must be one of ${levels.join(', ')}`).default('info'),
})

/** The names of all settings, as `.env.example` lists them. */
export const settingNames = Object.keys(settings.shape)

export type Role = (typeof roles)[number]

export type Config = {
  readonly version: string
  /** Scheme, host and port under which the world reaches us, without a trailing slash. */
  readonly origin: string
  /** The domain in `@name@domain`. */
  readonly handleDomain: string
  readonly port: number
  readonly host: string
  readonly dataDir: string
  /** Undefined: the embedded PostgreSQL in `dataDir`. */
  readonly databaseUrl: string | undefined
  readonly secretFile: string
  readonly mediaUrl: string
  /** How much may be kept of media that stand elsewhere; 0 keeps nothing. */
  readonly mediaCacheBytes: number
  /** How much each account may keep here of what it uploads. */
  readonly mediaQuotaBytes: number
  readonly allowPrivateAddress: boolean
  readonly authorizedFetch: boolean
  readonly outboundProxy: string | undefined
  /** Undefined: mail becomes files in `dataDir`/mail. */
  readonly smtpUrl: string | undefined
  readonly mailFrom: string
  readonly metricsToken: string | undefined
  readonly trustedProxies: readonly string[]
  readonly roles: readonly Role[]
  readonly logLevel: (typeof levels)[number]
}

type Environment = Readonly<Record<string, string | undefined>>

/**
 * The configuration of this process; pure.
 * @param environment the process environment, which wins over
 * @param dotEnv what an `.env` file says: nothing but settings may stand there
 * @throws OperatorError that lists every problem by the setting's name
 */
export function loadConfig(environment: Environment, dotEnv: Environment = {}): Config {
  const merged = { ...dotEnv, ...environment }
  const given = Object.fromEntries(settingNames.map((name) => [name, merged[name] || undefined]))
  const parsed = settings.safeParse(given)
  const problems: Problem[] = [
    ...listUnknown(dotEnv),
    ...(parsed.error?.issues ?? []),
    ...checkTogether(given),
  ]
  if (parsed.data === undefined || problems.length > 0) throw new OperatorError(describeProblems(problems))
  return deriveConfig(parsed.data)
}

/** The one place that reads it. */
export const processEnvironment: Environment = process.env

/** What the `.env` file of this directory sets, if there is one. */
export function readDotEnv(directory: string): Environment {
  const file = join(directory, '.env')
  return existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {}
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)
}

function deriveConfig(given: z.output<typeof settings>): Config {
  const origin = given.ORIGIN ?? `http://localhost:${given.PORT}`
  const dataDir = resolve(given.DATA_DIR)
  return {
    version: readVersion(),
    origin,
    handleDomain: given.HANDLE_DOMAIN ?? new URL(origin).host,
    port: given.PORT,
    host: given.HOST,
    dataDir,
    databaseUrl: given.DATABASE_URL,
    secretFile: resolve(given.SECRET_FILE ?? join(dataDir, 'secret')),
    mediaUrl: given.MEDIA_URL ?? `file:${join(dataDir, 'media')}`,
    mediaCacheBytes: given.MEDIA_CACHE_MIB * 1_048_576,
    mediaQuotaBytes: given.MEDIA_QUOTA_MIB * 1_048_576,
    allowPrivateAddress: given.ALLOW_PRIVATE_ADDRESS ?? isLoopback(new URL(origin).hostname),
    authorizedFetch: given.AUTHORIZED_FETCH,
    outboundProxy: given.OUTBOUND_PROXY,
    smtpUrl: given.SMTP_URL,
    mailFrom: given.MAIL_FROM ?? `holdfast@${new URL(origin).hostname}`,
    metricsToken: given.METRICS_TOKEN,
    trustedProxies: given.TRUSTED_PROXIES,
    roles: given.ROLES,
    logLevel: given.LOG_LEVEL,
  }
}

function checkOrigin(value: string, context: z.RefinementCtx): void {
  const problem = describeOriginProblem(value)
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem })
}

function describeOriginProblem(value: string): string | undefined {
  const url = URL.parse(value)
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return 'must be an http: or https: URL'
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) return 'must be https: unless it is localhost'
  const bare = url.pathname === '/' && url.search === '' && url.hash === '' && url.username === ''
  return bare ? undefined : 'must be scheme, host and port only, such as https://social.example'
}

type Problem = { readonly path: readonly PropertyKey[]; readonly message: string }

function listUnknown(dotEnv: Environment): Problem[] {
  const unknown = Object.keys(dotEnv).filter((name) => !settingNames.includes(name))
  return unknown.map((name) => ({ path: [name], message: 'is in .env but is not a setting' }))
}

function checkTogether(given: Environment): Problem[] {
  const hostname = given['ORIGIN'] === undefined ? 'localhost' : URL.parse(given['ORIGIN'])?.hostname
  if (given['ALLOW_PRIVATE_ADDRESS'] !== 'true' || hostname === undefined || isLoopback(hostname)) return []
  return [
    {
      path: ['ALLOW_PRIVATE_ADDRESS'],
      message: 'true is for trials on localhost only, and ORIGIN is public',
    },
  ]
}

function describeProblems(problems: readonly Problem[]): string {
  const lines = problems.map(({ path, message }) => `  ${String(path[0])}: ${message}`)
  return ['The configuration has problems:', ...lines, 'See .env.example for what each setting means.'].join(
    '\n',
  )
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string
  }
  return manifest.version
}
