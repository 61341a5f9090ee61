import type { Config } from '../../config.ts'
import type { ProfileField } from '../../db/json.ts'
import type { Actor } from '../../store/actors.ts'
import { actorUri, actorUrl, handleOf, type Home } from './addresses.ts'

/** The addresses in these fields that may be verified and are not: of pages elsewhere that nobody can change on the way. */
export function linksToVerify(
  { origin, allowPrivateAddress }: Pick<Config, 'origin' | 'allowPrivateAddress'>,
  fields: readonly ProfileField[],
): string[] {
  const protocols = allowPrivateAddress ? ['https:', 'http:'] : ['https:']
  const open = fields.filter(({ value, verifiedAt }) => {
    const url = verifiedAt === undefined ? URL.parse(value) : null
    return url !== null && protocols.includes(url.protocol) && url.origin !== origin
  })
  return [...new Set(open.map(({ value }) => value))]
}

/** Whether an address is somebody's page here, or leads to it. */
export function isProfileOf(home: Home, account: Actor, { origin, pathname }: URL): boolean {
  const own = [actorUrl(home, account), actorUri(home, account), `${home.origin}/@${handleOf(home, account)}`]
  const address = `${origin}${pathname.replace(/\/$/, '')}`.toLowerCase()
  return own.some((each) => each.toLowerCase() === address)
}
