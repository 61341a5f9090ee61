import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { declaredKind, detectMediaType, SIGNATURE_BYTES, type MediaKind } from '../../lib/media-type.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import { isDomainBlocked } from '../../store/hosts.ts'
import { uploadLimits } from './limits.ts'

/** How much of a file, and how long for all of it, from the first look-up to the last byte. */
export type MediaLimit = { readonly bytes: number; readonly ms: number }
export type MediaLimits = {
  readonly image: MediaLimit
  readonly other: MediaLimit
  /** How much has to come in every so many milliseconds, whatever it is. */
  readonly pace: MediaLimit
}

export const mediaLimits: MediaLimits = {
  image: { bytes: uploadLimits.imageBytes, ms: 15_000 },
  other: { bytes: uploadLimits.videoBytes, ms: 120_000 },
  pace: { bytes: 65_536, ms: 10_000 },
}

/** Where a file goes while it arrives. */
export type MediaTarget = {
  /** What it is, by its first bytes; `size` where its server tells. */
  begin(media: { readonly type: string; readonly size: number | undefined }): void | Promise<void>
  write(chunk: Buffer): void | Promise<void>
}

type Asked = {
  readonly target: MediaTarget
  readonly signal: AbortSignal
  readonly limits: MediaLimits
}

type Fetching = Pick<Context, 'db' | 'fetch'>

const headers = { accept: 'image/*, video/*, audio/*', 'accept-encoding': 'identity' }

/** The one thing that is said to whoever asks for media that are not to be had, whatever the reason. */
export function noSuchMedia(cause?: unknown): DomainError {
  return new DomainError('not_found', 'There is nothing here.', { cause })
}

/**
 * Gets an image, a video or a sound from another server. Blocked domains are not asked, not even by a redirect.
 * @throws DomainError `not_found` when it cannot be had or is something else; what `target` or the signal throws
 */
export async function fetchRemoteMedia(ctx: Fetching, url: string, asked: Asked): Promise<void> {
  const { signal, limits } = asked
  await refuseBlocked(ctx, url)
  const impatience = new AbortController()
  const timer = setTimeout(() => impatience.abort(), limits.image.ms)
  const sink = new MediaSink(asked, () => clearTimeout(timer))
  const pace = setInterval(() => {
    if (sink.takeCount() < limits.pace.bytes) impatience.abort()
  }, limits.pace.ms)
  const onHop = async (next: URL) => {
    await refuseBlocked(ctx, next.href)
    return headers
  }
  try {
    const response = await ctx.fetch(url, {
      headers,
      redirect: { onHop },
      maxBytes: limits.other.bytes,
      timeoutMs: limits.other.ms,
      signal: AbortSignal.any([signal, impatience.signal]),
      sink,
    })
    if (response.status !== 200) throw noSuchMedia()
    await sink.end()
  } catch (error) {
    throw explain(error, signal)
  } finally {
    clearTimeout(timer)
    clearInterval(pace)
  }
}

/** @throws DomainError `not_found` */
export async function refuseBlocked({ db }: Pick<Context, 'db'>, url: string): Promise<void> {
  const host = URL.parse(url)?.host
  if (host === undefined || (await isDomainBlocked(db, host))) throw noSuchMedia()
}

function explain(error: unknown, signal: AbortSignal): unknown {
  if (!(error instanceof FetchError)) return error
  if (error.cause instanceof DomainError) return error.cause
  if (signal.aborted)
    return new DomainError('unavailable', 'Nobody waits for this any more.', { cause: error })
  const isOurs = error.kind === 'aborted' && error.cause !== undefined
  return isOurs ? error.cause : noSuchMedia(error)
}

/** Holds back the first bytes until they tell what the file is. */
class MediaSink {
  readonly #target: MediaTarget
  readonly #limits: MediaLimits
  readonly #onLong: () => void
  #declared = ''
  #announced: number | undefined
  #head: Buffer | undefined = Buffer.alloc(0)
  #size = 0
  #counted = 0
  #maxBytes: number

  /** @param onLong it is no image, and may take longer */
  constructor({ target, limits }: Pick<Asked, 'target' | 'limits'>, onLong: () => void) {
    this.#target = target
    this.#limits = limits
    this.#onLong = onLong
    this.#maxBytes = limits.other.bytes
  }

  begin({ contentType, contentLength }: { contentType: string; contentLength: number | undefined }): void {
    const kind = declaredKind(contentType)
    if (kind === undefined) throw noSuchMedia()
    if (kind === 'image') this.#limitTo('image')
    this.#declared = contentType
    this.#announced = contentLength
    this.#refuseBeyond(contentLength ?? 0)
  }

  async write(chunk: Buffer): Promise<void> {
    this.#size += chunk.length
    this.#refuseBeyond(this.#size)
    if (this.#head === undefined) return this.#target.write(chunk)
    this.#head = Buffer.concat([this.#head, chunk])
    if (this.#head.length >= SIGNATURE_BYTES) await this.#start(this.#head)
  }

  /** How many bytes have come since this was last asked. */
  takeCount(): number {
    const count = this.#size - this.#counted
    this.#counted = this.#size
    return count
  }

  /** All of it is here. */
  async end(): Promise<void> {
    if (this.#head !== undefined) await this.#start(this.#head)
  }

  async #start(head: Buffer): Promise<void> {
    const found = detectMediaType(head.subarray(0, SIGNATURE_BYTES), this.#declared)
    if (found === undefined) throw noSuchMedia()
    this.#limitTo(found.kind)
    this.#refuseBeyond(Math.max(this.#size, this.#announced ?? 0))
    this.#head = undefined
    await this.#target.begin({ type: found.type, size: this.#announced })
    await this.#target.write(head)
  }

  #limitTo(kind: MediaKind): void {
    if (kind === 'image') this.#maxBytes = this.#limits.image.bytes
    else this.#onLong()
  }

  #refuseBeyond(size: number): void {
    if (size > this.#maxBytes) throw noSuchMedia()
  }
}
