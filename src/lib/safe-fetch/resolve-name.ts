import { lookup, Resolver } from 'node:dns/promises'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from '../addresses.ts'
import { FetchError } from './fetch-error.ts'

/** All addresses of a host name, in the order in which they should be tried. */
export type ResolveName = (hostname: string) => Promise<LookupAddress[]>

/**
 * A `lookup` for net.connect. Unless private addresses are allowed it hands out public ones only, and the socket
 * connects to these very addresses: a name that answers differently the next time gains nothing.
 */
export function createLookup(options: {
  readonly allowPrivateAddress: boolean
  readonly resolve: ResolveName | undefined
}): LookupFunction {
  if (options.allowPrivateAddress) return lookupWith(options.resolve ?? resolveBySystem)
  const resolve = options.resolve ?? resolveByDns
  return lookupWith(async (hostname) => publicOnly(hostname, await resolve(hostname)))
}

/** Gives a resolver the shape that net.connect asks for. */
function lookupWith(resolve: ResolveName): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses
        if (first === undefined) callback(new FetchError('network', `${hostname} has no address`), '')
        else if (options.all === true) callback(null, addresses)
        else callback(null, first.address, first.family)
      },
      (error: NodeJS.ErrnoException) => callback(error, ''),
    )
  }
}

function publicOnly(hostname: string, addresses: LookupAddress[]): LookupAddress[] {
  const reachable = addresses.filter(({ address }) => isPublicAddress(address))
  if (reachable.length > 0 || addresses.length === 0) return reachable
  const listed = addresses.map(({ address }) => address).join(', ')
  throw new FetchError('blocked-address', `${hostname} has no public address (${listed})`)
}

/** The operating system's answer, with the hosts file and search domains. */
function resolveBySystem(hostname: string): Promise<LookupAddress[]> {
  return lookup(hostname, { all: true })
}

/**
 * Asks the name servers directly. The system's lookup blocks one of libuv's four threads until it answers, so
 * that a handful of dead name servers would hold up everybody's deliveries. It is asked only about names that
 * DNS does not have, which fail at once: the hosts file.
 */
async function resolveByDns(hostname: string): Promise<LookupAddress[]> {
  const resolver = new Resolver({ timeout: 1_500, tries: 2 })
  const [v4, v6] = await Promise.allSettled([resolver.resolve4(hostname), resolver.resolve6(hostname)])
  const found = [...addressesOf(v4, 4), ...addressesOf(v6, 6)]
  if (found.length > 0) return found
  const failure: unknown = v4.status === 'rejected' ? v4.reason : undefined
  if (isUnknownName(failure)) return resolveBySystem(hostname)
  throw failure
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === 'fulfilled' ? answer.value.map((address) => ({ address, family })) : []
}

function isUnknownName(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return code === 'ENOTFOUND' || code === 'ENODATA' || code === 'ECONNREFUSED'
}
