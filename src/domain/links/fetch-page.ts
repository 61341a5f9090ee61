import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { isDomainBlocked } from '../../store/hosts.ts'

export type Fetching = Pick<Context, 'config' | 'db' | 'fetch'>

/** `url` is where it was found, after redirects. */
export type FetchedPage = { readonly url: string; readonly contentType: string; readonly body: Buffer }

type Wanted = { readonly accept: string; readonly types: readonly string[]; readonly maxBytes: number }

export const pages: Wanted = {
  accept: 'text/html, application/xhtml+xml;q=0.9',
  types: ['text/html', 'application/xhtml+xml'],
  maxBytes: 1_048_576,
}
export const oEmbeds: Wanted = {
  accept: 'application/json, application/json+oembed',
  types: ['application/json', 'application/json+oembed', 'text/json'],
  maxBytes: 131_072,
}

const timeoutMs = 10_000
/** Of a page more than its head is not read, however long it is. */
const longestPage = 64 * 1_048_576

/**
 * Reads the beginning of what stands at an address, if it is of a type that is wanted. Blocked domains and we ourselves
 * are not asked, not even by a redirect.
 * @returns undefined for anything else
 * @throws FetchError for what may pass with time
 */
export async function fetchPage(
  ctx: Fetching,
  url: string,
  { accept, types, maxBytes }: Wanted,
): Promise<FetchedPage | undefined> {
  const headers = { accept, 'accept-encoding': 'identity' }
  const head = new Beginning(types, maxBytes)
  let at = url
  const onHop = async (next: URL) => {
    await refuseHost(ctx, next)
    at = next.href
    return headers
  }
  try {
    await refuseHost(ctx, new URL(url))
    const init = { headers, redirect: { max: 3, onHop }, maxBytes: longestPage, timeoutMs, sink: head }
    const { status } = await ctx.fetch(url, init)
    if (status >= 500 || status === 429)
      throw new FetchError('network', `It answers with ${status}`, { status })
    return status === 200 ? { url: at, contentType: head.contentType, body: head.bytes() } : undefined
  } catch (error) {
    if (error instanceof FetchError && error.cause === enough)
      return { url: at, contentType: head.contentType, body: head.bytes() }
    if (error instanceof FetchError && error.kind !== 'aborted' && error.retryable) throw error
    if (error instanceof FetchError || error instanceof DomainError) return undefined
    throw error
  }
}

const enough = new Error('All that is wanted is here')
const unwanted = new DomainError('not_found', 'There is nothing to show of this.')

async function refuseHost({ config, db }: Fetching, { host }: URL): Promise<void> {
  if (host === new URL(config.origin).host || (await isDomainBlocked(db, host))) throw unwanted
}

/** Keeps the beginning of an answer. */
class Beginning {
  readonly #types: readonly string[]
  readonly #chunks: Buffer[] = []
  #room: number
  contentType = ''

  constructor(types: readonly string[], maxBytes: number) {
    this.#types = types
    this.#room = maxBytes
  }

  begin({ contentType }: { contentType: string }): void {
    const [type = ''] = contentType.toLowerCase().split(';', 1)
    if (!this.#types.includes(type.trim())) throw unwanted
    this.contentType = contentType
  }

  write(chunk: Buffer): void {
    this.#chunks.push(chunk.subarray(0, this.#room))
    this.#room -= chunk.length
    if (this.#room <= 0) throw enough
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }
}
