import type { Dispatcher } from 'undici'
import { messageOf } from '../errors.ts'
import type { BodySink } from './body-sink.ts'
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
  /** Takes the body of a 2xx answer piece by piece, in place of collecting it. */
  readonly sink: BodySink | undefined
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
  #written: Promise<void> = Promise.resolve()

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
    if (!this.#isHintOnly() && this.#failure === undefined) this.#beginSink(headers)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = this.#maxBytes - this.#length
    this.#length += chunk.length
    const { sink } = this.#limits
    if (chunk.length <= room && sink !== undefined && !this.#isHintOnly())
      this.#handOn(controller, sink, chunk)
    else if (chunk.length <= room) this.#chunks.push(chunk)
    else if (this.#isHintOnly()) this.#cut(chunk.subarray(0, room))
    else this.#fail('too-large', `the answer is longer than ${this.#maxBytes} bytes`)
  }

  onResponseEnd(): void {
    if (this.#limits.sink === undefined) this.#finish()
    else void this.#written.then(() => this.#finish())
  }

  #finish(): void {
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
      return
    }
    const decoders = decodersOf(String(headers['content-encoding'] ?? ''))
    const undecodable = this.#limits.sink !== undefined && decoders !== null && decoders.length > 0
    if (decoders === null || undecodable) {
      this.#fail('decode', 'the answer has an encoding that we do not read')
    }
  }

  #beginSink(headers: AnswerHeaders): void {
    try {
      this.#limits.sink?.begin?.({
        contentType: String(headers['content-type'] ?? ''),
        contentLength: contentLengthOf(headers),
      })
    } catch (cause) {
      this.#fail('aborted', messageOf(cause), cause)
    }
  }

  /**
   * Nothing more is read from the socket until the sink has dealt with this; what has been read already may come all
   * the same, and takes its turn.
   */
  #handOn(controller: Dispatcher.DispatchController, sink: BodySink, chunk: Buffer): void {
    // undici wakes up with an empty piece: pausing for that one would go round in circles.
    if (chunk.length === 0) return
    controller.pause()
    this.#written = this.#written
      .then(() => (this.#failure === undefined ? sink.write(chunk) : undefined))
      .then(
        () => controller.resume(),
        (cause: unknown) => this.#fail('aborted', messageOf(cause), cause),
      )
  }

  #cut(lastChunk: Buffer): void {
    this.#chunks.push(lastChunk)
    this.#finish()
    this.#controller?.abort(new FetchError('aborted', 'the rest of the body is not needed'))
  }

  #fail(kind: FetchErrorKind, reason: string, cause?: unknown): void {
    const status = this.#status === 0 ? undefined : this.#status
    this.#failure = new FetchError(kind, `${this.#limits.host}: ${reason}`, { cause, status })
    this.onResponseError(undefined, this.#failure)
    this.#controller?.abort(this.#failure)
  }

  #stop(): void {
    clearTimeout(this.#timer)
    this.#limits.signal?.removeEventListener('abort', this.#onAbort)
  }
}

function contentLengthOf(headers: AnswerHeaders): number | undefined {
  const announced = headers['content-length']
  return typeof announced === 'string' && /^\d{1,15}$/.test(announced) ? Number(announced) : undefined
}
