/** What a row names: as it is compared, and who is asked about it, empty for nobody. */
export type Subject = { readonly subject: string; readonly host: string }

/** What is left of our own names, by which a row is told from one that asks another server. */
export type Home = { readonly origin: string; readonly handleDomain: string }

/** Letters and digits of any script, and what software has between them. */
const handleName = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_.~+-]{0,99}$/u

const profilePage = /^https?:\/\/([^/\s@]+)\/(?:@|users\/|u\/)([^/\s@]+)\/?$/i

/**
 * An account as people write it: `name@domain`, with or without `@` or `acct:` before it, or the address of a profile as
 * most software has it. The whole is compared in lower case, the domain in Punycode.
 * @returns undefined for anything else
 */
export function readHandle(cell: string, home: Home): Subject | undefined {
  const page = profilePage.exec(cell)
  const text = page === null ? cell.replace(/^acct:/i, '').replace(/^@/, '') : `${page[2]}@${page[1]}`
  const at = text.lastIndexOf('@')
  const name = text.slice(0, Math.max(at, 0))
  const host = at < 0 ? undefined : readHost(text.slice(at + 1))
  if (host === undefined || !handleName.test(name)) return undefined
  const isOurs = host === home.handleDomain || host === new URL(home.origin).host
  const domain = isOurs ? home.handleDomain : host
  return { subject: `${name.toLowerCase()}@${domain}`, host: isOurs ? '' : domain }
}

export function readDomain(cell: string): Subject | undefined {
  const host = readHost(cell.replace(/^https?:\/\//i, '').replace(/\/$/, ''))
  return host === undefined ? undefined : { subject: host, host: '' }
}

/** In bytes: addresses of posts are looked up by an index. */
const longestUri = 2000

/** The id of a post. */
export function readUri(cell: string, home: Home): Subject | undefined {
  const url = Buffer.byteLength(cell) > longestUri ? null : URL.parse(cell)
  if (url === null || !/^https?:$/.test(url.protocol) || url.pathname === '/') return undefined
  return { subject: cell, host: url.host === new URL(home.origin).host ? '' : url.host }
}

/** Lower case, Punycode, with a port if it has one. */
function readHost(text: string): string | undefined {
  if (!/^[^\s/@?#\\]{1,253}$/.test(text)) return undefined
  const url = URL.parse(`https://${text}`)
  return url !== null && url.href === `https://${url.host}/` && /[.:]|^localhost$/.test(url.host)
    ? url.host
    : undefined
}
