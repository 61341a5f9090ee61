import { ACCEPT_ENCODING } from './decode-body.ts'

export type RequestHeaders = Headers | Readonly<Record<string, string>>

/** Written by us or by undici from the URL and the body, or never sent (cookies); a caller's own are left out. */
const OURS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'cookie',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'user-agent',
])

/** All that may follow a redirect to another origin: nothing that speaks for somebody. */
const HARMLESS: ReadonlySet<string> = new Set(['accept', 'accept-language', 'accept-encoding'])

/** The caller's headers as the flat list of names and values that undici takes, with ours. */
export function requestHeaders(headers: RequestHeaders, method: string, userAgent: string): string[] {
  const list = ['user-agent', userAgent]
  let encoding = method === 'GET' ? ACCEPT_ENCODING : undefined
  for (const [name, value] of entriesOf(headers)) {
    const lower = name.toLowerCase()
    if (OURS.has(lower)) continue
    if (lower === 'accept-encoding') encoding = value
    else list.push(lower, value)
  }
  if (encoding !== undefined) list.push('accept-encoding', encoding)
  return list
}

/** What is left of a request's headers when another origin is asked instead. */
export function headersForOtherOrigin(headers: RequestHeaders): Record<string, string> {
  return Object.fromEntries(entriesOf(headers).filter(([name]) => HARMLESS.has(name.toLowerCase())))
}

function entriesOf(headers: RequestHeaders): [string, string][] {
  return headers instanceof Headers ? [...headers] : Object.entries(headers)
}
