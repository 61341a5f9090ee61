import type { Dispatcher } from 'undici'
import { decodersOf } from './decode-body.ts'
import { FetchError, toFetchError, type FetchErrorKind } from './fetch-error.ts'

export type ReadLimits = {
  /** Names the request in messages. */
  readonly host: string
  readonly method: string
  readonly signal: AbortSignal | undefined
  /** Limit of the body, as it is sent and as it is decoded. */
  readonly maxBytes: number
  /** Until when the whole answer must be here, in milliseconds of `performance.now()`. */
  readonly deadline: number
}

/** An answer as it came: headers as names and values in turn, the body still encoded. */
export type Answer = {
  readonly status: number
  readonly rawHeaders: readonly Buffer[]
  readonly wireBody: Buffer
}

type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>

/** An error page is a hint for the log: this much of it is kept, the status is the answer. */
const ERROR_BODY_BYTES = 4_096

/**
 * Collects one answer under a byte limit and a deadline for everything from the first look-up to the last byte:
 * undici's own timeouts begin anew with each byte. Leaner than undici's `request`, which makes a stream of it.
 */
export class AnswerReader implements Dispatcher.DispatchHandler {
  readonly #limits: ReadLimits
  readonly #answer = Promise.withResolvers<Answer>()
  readonly #timer: NodeJS.Timeout
  readonly #chunks: Buffer[] = []
  #length = 0
  #maxBytes: number
  #status = 0
  #rawHeaders: readonly Buffer[] = []
  #controller: Dispatcher.DispatchController | undefined
  #failure: FetchError | undefined

  constructor(limits: ReadLimits) {
    this.#limits = limits
    this.#maxBytes = limits.maxBytes
    const remaining = Math.max(0, limits.deadline - performance.now())
    this.#timer = setTimeout(() => this.#fail('timeout', 'no complete answer in time'), remaining)
    limits.signal?.addEventListener('abort', this.#onAbort)
    if (limits.signal?.aborted === true) this.#onAbort()
  }

  /** Rejects with a FetchError. */
  get answer(): Promise<Answer> {
    return this.#answer.promise
  }

  /** Given up already: there is no use in sending the request. */
  get hasFailed(): boolean {
    return this.#failure !== undefined
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#failure !== undefined) controller.abort(this.#failure)
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) return
    this.#status = status
    this.#rawHeaders = controller.rawHeaders as Buffer[]
    if (this.#isHintOnly()) this.#maxBytes = Math.min(this.#maxBytes, ERROR_BODY_BYTES)
    else if (this.#limits.method !== 'HEAD') this.#refuseAnnounced(headers)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#maxBytes - this.#length
    this.#length += chunk.length
    if (chunk.length <= room) this.#chunks.push(chunk)
    else if (this.#isHintOnly()) this.#cut(chunk.subarray(0, room))
    else this.#fail('too-large', `the answer is longer than ${this.#maxBytes} bytes`)
  }

  onResponseEnd(): void {
    this.#stop()
    const [first = Buffer.alloc(0)] = this.#chunks
    const wireBody = this.#chunks.length <= 1 ? first : Buffer.concat(this.#chunks)
    this.#answer.resolve({ status: this.#status, rawHeaders: this.#rawHeaders, wireBody })
  }

  onResponseError(_controller: Dispatcher.DispatchController | undefined, error: unknown): void {
    this.#stop()
    this.#answer.reject(toFetchError(error, this.#limits.host))
  }

  readonly #onAbort = () => this.#fail('aborted', 'the request was given up')

  #isHintOnly(): boolean {
    return this.#status >= 300
  }

  /** The headers may tell already that the body is of no use. */
  #refuseAnnounced(headers: AnswerHeaders): void {
    if (Number(headers['content-length']) > this.#maxBytes) {
      this.#fail('too-large', `the answer is longer than ${this.#maxBytes} bytes`)
    } else if (decodersOf(String(headers['content-encoding'] ?? '')) === null) {
      this.#fail('decode', 'the answer has an encoding that we do not read')
    }
  }

  #cut(lastChunk: Buffer): void {
    this.#chunks.push(lastChunk)
    this.onResponseEnd()
    this.#controller?.abort(new FetchError('aborted', 'the rest of the body is not needed'))
  }

  #fail(kind: FetchErrorKind, reason: string): void {
    const status = this.#status === 0 ? undefined : this.#status
    this.#failure = new FetchError(kind, `${this.#limits.host}: ${reason}`, { status })
    this.onResponseError(undefined, this.#failure)
    this.#controller?.abort(this.#failure)
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#limits.signal?.removeEventListener('abort', this.#onAbort)
  }
}
