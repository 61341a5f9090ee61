import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { routes } from '../../src/api/routes.ts'
import { answers } from './answers.ts'
import { check } from './check.ts'
import { differenceFromOpenApi } from './openapi.ts'

/** What apps ask: only these are held against what apps decode. */
const watched = /^\/(api|oauth\/(token|revoke|userinfo)|\.well-known\/oauth-authorization-server)(\/|$)/

const lines = routes.flatMap(({ method, path }) =>
  [method].flat().map((verb) => ({ verb, path, pattern: patternOf(path) })),
)

/** Answers of a server that no app could have read. */
export type Watch = {
  readonly handler: RequestListener
  /** @throws Error that names each of them */
  assertKept(): void
}

/**
 * Holds every answer that leaves a server against what the strictest apps decode and, where it is at hand, against
 * what Mastodon documents, whoever asked for it and whatever the test looked at.
 */
export function watchAnswers(handler: RequestListener): Watch {
  const breaches = new Map<string, string>()
  return {
    handler: (request, response) => {
      const path = (request.url ?? '').split('?', 1)[0]!
      if (watched.test(path)) listen(request, response, path, breaches)
      handler(request, response)
    },
    assertKept() {
      if (breaches.size > 0)
        throw new Error(
          `Answers that apps cannot read:\n${[...breaches].map((breach) => breach.join('\n')).join('\n\n')}`,
        )
    },
  }
}

function listen(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  breaches: Map<string, string>,
): void {
  const chunks: Buffer[] = []
  const keep = (chunk: unknown) => {
    if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string))
  }
  const { write, end, writeHead } = response
  response.writeHead = ((...given: Parameters<typeof writeHead>) => {
    // What is given here is not among the headers that can be read.
    const headers = given.find((each) => typeof each === 'object' && !Array.isArray(each))
    for (const [name, value] of Object.entries(headers ?? {})) response.setHeader(name, value as string)
    return writeHead.apply(response, given)
  }) as typeof writeHead
  response.write = ((...given: Parameters<typeof write>) => {
    keep(given[0])
    return write.apply(response, given)
  }) as typeof write
  response.end = ((...given: Parameters<typeof end>) => {
    keep(given[0])
    if (request.method !== 'OPTIONS' && request.method !== 'HEAD') {
      const text = Buffer.concat(chunks).toString()
      const found = findBreach(request, response, path, text)
      if (found !== undefined) breaches.set(found, text.slice(0, 300))
    }
    return end.apply(response, given)
  }) as typeof end
}

function findBreach(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  text: string,
): string | undefined {
  const { statusCode: status } = response
  const type = String(response.getHeader('content-type') ?? '')
  const isHealth = path === '/api/v1/streaming/health' && text === 'OK'
  if (status === 304 || isHealth || isNoJson(response, type)) return undefined
  const line = lineOf(request.method ?? '', path)
  const name = `${line ?? `${request.method} ${path}`} ${status}`
  try {
    if (!type.startsWith('application/json')) throw new Error(`content-type ${type}`)
    const body: unknown = JSON.parse(text)
    holdToEntity(line, status, body, showsToken(request))
    holdToLinks(request, body, response.getHeader('link'))
    const difference = line && differenceFromOpenApi(line, status, body)
    if (difference) throw new Error(`not as Mastodon documents it: ${difference}`)
    return undefined
  } catch (error) {
    return `${name}: ${String(error).slice(0, 2000)}`
  }
}

function showsToken({ headers }: IncomingMessage): boolean {
  return headers.authorization?.startsWith('Bearer ') === true
}

/** A stream, or a file that is saved as it is. */
function isNoJson(response: ServerResponse, type: string): boolean {
  return type.startsWith('text/event-stream') || response.hasHeader('content-disposition')
}

function lineOf(method: string, path: string): string | undefined {
  const found = lines.find(({ verb, pattern }) => verb === method && pattern.test(path))
  return found && `${found.verb} ${found.path}`
}

function holdToEntity(line: string | undefined, status: number, body: unknown, isKnown: boolean): void {
  if (status >= 400) return void check('Error', body)
  const entity = line && answers[line]
  if (!entity) return
  const isProcessed = entity === 'MediaAttachment' && (status === 202 || status === 206)
  if (isProcessed) return void check('MediaAttachmentProcessing', body)
  const name = entity.replace('[]', '')
  const one = name === 'Status' ? statusOf(body, isKnown) : name
  if (!entity.endsWith('[]')) return void check(one, body)
  if (!Array.isArray(body)) throw new Error(`is no list of ${name}`)
  for (const item of body) check(one, item)
}

function statusOf(body: unknown, isKnown: boolean): string {
  if (typeof body === 'object' && body !== null && 'scheduled_at' in body) return 'ScheduledStatus'
  return isKnown ? 'AuthenticatedStatus' : 'Status'
}

/** Tusky reads on while there is a link, so each must lead further; and masto.js parts links at commas. */
function holdToLinks({ url }: IncomingMessage, body: unknown, header: unknown): void {
  if (header === undefined) return
  const isEmpty = Array.isArray(body) && body.length === 0
  if (isEmpty && !leadsFurther(url ?? '', String(header)))
    throw new Error('an empty page has a link to itself')
  const link = /<https?:\/\/[^\s<>,]+>; rel="(?:next|prev)"/.source
  if (!new RegExp(`^${link}(?:, ${link})?$`).test(String(header)))
    throw new Error(`an odd link: ${String(header)}`)
}

function leadsFurther(asked: string, header: string): boolean {
  const cursor = (address: string, name: string) => {
    const text = new URL(address, 'http://localhost').searchParams.get(name)
    return text === null ? undefined : BigInt(text)
  }
  return [...header.matchAll(/<([^>]+)>/g)].every(([, to = '']) => {
    const [older, newer] = [cursor(to, 'max_id'), cursor(to, 'min_id')]
    return (
      (older === undefined || older < (cursor(asked, 'max_id') ?? older + 1n)) &&
      (newer === undefined || newer > (cursor(asked, 'min_id') ?? -1n))
    )
  })
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:\w+/g, '[^/]+')}/?$`)
}
