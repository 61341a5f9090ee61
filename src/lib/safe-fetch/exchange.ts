import type { Dispatcher } from 'undici'
import { AnswerReader, type Answer, type ReadLimits } from './answer-reader.ts'
import { decodeBody, decodersOf } from './decode-body.ts'
import { FetchError } from './fetch-error.ts'

// undici sends a Blob piece by piece and says how long it is; its types do not tell.
type SentBody = Exclude<Dispatcher.DispatchOptions['body'], undefined>

export type ExchangeRequest = Omit<ReadLimits, 'host'> & {
  readonly url: URL
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: string | Buffer | Blob | null
  /** Close the connection afterwards. */
  readonly reset: boolean
}

export type Exchanged = {
  readonly status: number
  readonly headers: Headers
  /** Decoded. */
  readonly body: Buffer
}

/** Never handed on: we keep no cookies and let nobody else choose what we sign; the body is decoded already. */
const DROPPED_HEADERS: ReadonlySet<string> = new Set([
  'accept-signature',
  'content-encoding',
  'content-length',
  'set-cookie',
  'transfer-encoding',
])

/**
 * Sends one request and reads its whole answer; a redirect is an answer.
 * @throws FetchError
 */
export async function exchange(dispatcher: Dispatcher, request: ExchangeRequest): Promise<Exchanged> {
  const { url, method, headers, body, reset } = request
  const reader = new AnswerReader({ ...request, host: url.host })
  if (!reader.hasFailed) {
    const path = url.pathname + url.search
    try {
      const sent = { origin: url.origin, path, method, headers, body: body as SentBody, reset }
      dispatcher.dispatch(sent, reader)
    } catch (error) {
      reader.onResponseError(undefined, error)
    }
  }
  return decode(await reader.answer, request)
}

async function decode(
  { status, rawHeaders, wireBody }: Answer,
  request: ExchangeRequest,
): Promise<Exchanged> {
  const { headers, contentEncoding } = readHeaders(rawHeaders)
  if (contentEncoding === '' || wireBody.length === 0) return { status, headers, body: wireBody }
  try {
    const body = await decodeBody(wireBody, decodersOf(contentEncoding) ?? [], request.maxBytes)
    return { status, headers, body }
  } catch (error) {
    if (status >= 300) return { status, headers, body: Buffer.alloc(0) }
    throw decodeFailure(error, request, status)
  }
}

function decodeFailure(cause: unknown, { url, maxBytes }: ExchangeRequest, status: number): FetchError {
  const overflow = cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE'
  return overflow
    ? new FetchError('too-large', `${url.host}: the answer is longer than ${maxBytes} bytes`, {
        cause,
        status,
      })
    : new FetchError('decode', `${url.host}: the answer is not encoded as it says`, { cause, status })
}

/** Bytes as latin1, which is what `Headers` takes; a field that it refuses all the same is left out. */
function readHeaders(rawHeaders: readonly Buffer[]): { headers: Headers; contentEncoding: string } {
  const headers = new Headers()
  const encodings: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const name = String(rawHeaders[i]).toLowerCase()
    const value = rawHeaders[i + 1]?.toString('latin1') ?? ''
    if (name === 'content-encoding') encodings.push(value)
    if (!DROPPED_HEADERS.has(name)) appendHeader(headers, name, value)
  }
  return { headers, contentEncoding: encodings.join(',') }
}

function appendHeader(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value)
  } catch {
    // Not a valid field: nobody can ask for it either.
  }
}
