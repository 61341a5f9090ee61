import type { Request, Response } from 'express'
import type { Config } from '../../config.ts'

/**
 * Cookies of ours: whoever holds the first is signed in; the second belongs to a form that nobody has sent yet, the third
 * to an archive that is being downloaded by a link.
 */
const names = { session: 'holdfast', form: 'holdfast-form', archive: 'holdfast-archive' } as const
type Name = keyof typeof names

/** How long a browser keeps one: as long as a session may last, and until it is closed. */
const maxAges: Record<Name, number | undefined> = {
  session: 90 * 24 * 3600,
  form: undefined,
  archive: undefined,
}

/** https://www.rfc-editor.org/rfc/rfc6265#section-4.2: only values that we could have set. */
export function readCookie(config: Config, request: Request, name: Name): string | undefined {
  const wanted = `${fullName(config, name)}=`
  const pairs = (request.headers.cookie ?? '').split(/; */)
  const value = pairs.find((pair) => pair.startsWith(wanted))?.slice(wanted.length)
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined
}

export function setCookie(config: Config, response: Response, name: Name, value: string): void {
  response.append('Set-Cookie', `${fullName(config, name)}=${value}${attributes(config, maxAges[name])}`)
}

export function clearCookie(config: Config, response: Response, name: Name): void {
  response.append('Set-Cookie', `${fullName(config, name)}=${attributes(config, 0)}`)
}

/** With the prefix no other host can set it, and none of ours sets it without TLS. */
function fullName({ origin }: Config, name: Name): string {
  return origin.startsWith('https:') ? `__Host-${names[name]}` : names[name]
}

function attributes({ origin }: Config, maxAge: number | undefined): string {
  const kept = maxAge === undefined ? '' : `; Max-Age=${maxAge}`
  const secure = origin.startsWith('https:') ? '; Secure' : ''
  return `; Path=/; HttpOnly; SameSite=Lax${secure}${kept}`
}
