import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { findRemoteActorByHandle } from '../../store/actors.ts'
import { kitLimits } from '../kits/kit-format.ts'
import { deriveClaim } from '../kits/passphrase.ts'
import { WorkDirectory } from '../media/keep-files.ts'

/** A kit may be large and the line slow. */
const patienceMs = 30 * 60_000

/**
 * The copy of a kit that lies in a locker on another instance.
 * @param host of that instance, or its address
 * @param former the account that it is of, as it was: the address of its actor, or `@name@domain`
 * @throws DomainError `invalid` for what names no instance or account, `not_found` when nothing there opens,
 *   `unavailable` when it cannot be reached, `limited` when it was asked too often
 */
export async function* openLocker(
  ctx: Context,
  host: string,
  former: string,
  passphrase: string,
): AsyncGenerator<Uint8Array> {
  const address = new URL('/lockers/open', readInstance(ctx, host)).href
  await using work = await WorkDirectory.create()
  const path = work.file('kit')
  for (const uri of await listFormerUris(ctx, former)) {
    const claim = await deriveClaim(passphrase, uri)
    if (!(await fetchKit(ctx, address, claim, path))) continue
    yield* createReadStream(path) as AsyncIterable<Buffer>
    return
  }
  throw new DomainError(
    'not_found',
    `Nothing on ${new URL(address).host} opens with this address and passphrase.`,
  )
}

function readInstance({ config }: Context, host: string): URL {
  const url = URL.parse(host.includes('://') ? host : `https://${host}`)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && config.allowPrivateAddress)
  if (url === null || !isSafe || url.username !== '' || url.password !== '')
    throw new DomainError(
      'invalid',
      'Name the instance that keeps the locker, such as https://social.example.',
    )
  return url
}

/** The id that somebody had who is not there to be asked: as it was known here, or as Holdfast makes ids. */
async function listFormerUris(ctx: Context, former: string): Promise<string[]> {
  const url = former.includes('://') ? URL.parse(former) : null
  if (url !== null && /^https?:$/.test(url.protocol)) return [former]
  const [, name = '', domain = ''] = /^@?([\w.-]{1,64})@([^@/\s]{1,255})$/.exec(former) ?? []
  if (name === '' || domain === '')
    throw new DomainError(
      'invalid',
      'Name the former account as @name@domain, or by the address of its actor.',
    )
  const known = await findRemoteActorByHandle(ctx.db, name, domain.toLowerCase())
  const usual = ['https', ...(ctx.config.allowPrivateAddress ? ['http'] : [])].map(
    (scheme) => `${scheme}://${domain.toLowerCase()}/users/${name}`,
  )
  return [...new Set([...(known?.uri == null ? [] : [known.uri]), ...usual])]
}

/** @returns false when nothing opens with this claim */
async function fetchKit({ fetch }: Context, address: string, claim: string, path: string): Promise<boolean> {
  const { host } = new URL(address)
  await using file = await open(path, 'w', 0o600)
  const answer = await fetch(address, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/octet-stream',
      'Accept-Encoding': 'identity',
    },
    body: JSON.stringify({ claim }),
    maxBytes: kitLimits.fileBytes,
    timeoutMs: patienceMs,
    sink: { write: async (chunk) => void (await file.write(chunk)) },
  }).catch((cause: unknown) => {
    if (!(cause instanceof FetchError)) throw cause
    throw new DomainError('unavailable', `${host} cannot be reached, or broke off.`, { cause })
  })
  if (answer.ok) return true
  if (answer.status === 404) return false
  if (answer.status === 429)
    throw new DomainError('limited', `${host} was asked too often: wait ten minutes, then try again.`)
  throw new DomainError('unavailable', `${host} does not open lockers (it answered ${answer.status}).`)
}
