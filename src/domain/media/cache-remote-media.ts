import { LRUCache } from 'lru-cache'
import { getDomain } from 'tldts'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { createSlots } from '../../lib/slots.ts'
import { hourMs } from '../../lib/time.ts'
import {
  findCachedMedia,
  saveCachedMedia,
  touchCachedMedia,
  type CachedMedia,
} from '../../store/cached-media.ts'
import { digestOf, DraftFile, hasFile } from './cache-files.ts'
import {
  fetchRemoteMedia,
  mediaLimits,
  noSuchMedia,
  refuseBlocked,
  type MediaLimits,
  type MediaTarget,
} from './fetch-remote-media.ts'
import { pruneMedia } from './prune-media.ts'

/** Whoever asks for media. */
export type Asker = {
  /** Aborted when they are gone. */
  readonly signal: AbortSignal
  /** Where they are, as limits count. */
  readonly network: string
  /** Whether they may make us ask another server once more. */
  readonly mayFetch: () => boolean
}

/** For whom something is fetched. */
type Sharer = Pick<Asker, 'network' | 'signal'>

type Caching = Pick<Context, 'config' | 'db' | 'fetch' | 'log' | 'now'>

/** At most so many requests to others at once, to a registrable domain, and waiting. */
const places = { total: 32, perKey: 4, maxWaiting: 400 } as const
/** The same for those who ask: one of them leaves room for others. A page may have a hundred pictures. */
const shares = { total: Infinity, perKey: 8, maxWaiting: 2000, maxWaitingPerKey: 200 } as const

/** Most servers give what changes another address; the few that do not are asked again. */
const staleMs = 7 * 24 * hourMs
const failures = { max: 10_000, ttl: hourMs / 6 } as const

/** Several may wait for the same file; when the last has gone, nobody needs it. */
type Flight = { readonly file: Promise<CachedMedia>; readonly abandon: AbortController; waiting: number }

/**
 * Media of other servers, got when they are asked for, and kept while there is room (`mediaCacheBytes`). What cannot be
 * had is not tried again for ten minutes.
 */
export class MediaCache {
  readonly #ctx: Caching
  readonly #limits: MediaLimits
  readonly #slots = createSlots(places)
  readonly #shares = createSlots(shares)
  readonly #failed = new LRUCache<string, true>(failures)
  readonly #flights = new Map<string, Flight>()
  /** Bytes that have come since there was last made room. */
  #grown = 0

  constructor(ctx: Caching, limits: MediaLimits = mediaLimits) {
    this.#ctx = ctx
    this.#limits = limits
  }

  /**
   * The file that stands at an address, once all of it is here.
   * @throws DomainError `not_found`, `limited`, `unavailable`
   */
  async get(url: string, asker: Asker): Promise<CachedMedia> {
    await refuseBlocked(this.#ctx, url)
    const kept = await findKept(this.#ctx, url)
    if (kept !== undefined) {
      if (this.#ctx.now().getTime() - kept.fetchedAt.getTime() > staleMs) this.#refresh(url, asker)
      return kept
    }
    if (!this.#flights.has(url)) this.#refuseFetch(url, asker)
    return this.#board(this.#flights.get(url) ?? this.#launch(url, asker), url, asker.signal)
  }

  /**
   * Hands on what stands at an address without keeping it.
   * @throws DomainError like `get`; after `target` has begun, too
   */
  async stream(url: string, asker: Asker, target: MediaTarget): Promise<void> {
    await refuseBlocked(this.#ctx, url)
    this.#refuseFetch(url, asker)
    await this.#fetchInTurn(url, asker, target)
  }

  #refuseFetch(url: string, { mayFetch }: Asker): void {
    if (this.#failed.has(url)) throw noSuchMedia()
    if (!mayFetch()) throw new DomainError('limited', 'Too many requests: try again in a few minutes.')
  }

  /** What is kept is good enough until its server has been asked again. */
  #refresh(url: string, asker: Asker): void {
    if (this.#flights.has(url) || this.#failed.has(url) || !asker.mayFetch()) return
    const { log } = this.#ctx
    this.#launch(url, asker).file.catch((error: unknown) =>
      log.debug({ err: error }, 'Media were not refreshed'),
    )
  }

  #launch(url: string, { network }: Pick<Asker, 'network'>): Flight {
    const abandon = new AbortController()
    const file = this.#download(url, { network, signal: abandon.signal })
    const flight = { file, abandon, waiting: 0 }
    this.#flights.set(url, flight)
    const land = (): void => this.#land(url, flight)
    flight.file.then(land, land)
    return flight
  }

  #land(url: string, flight: Flight): void {
    if (this.#flights.get(url) === flight) this.#flights.delete(url)
  }

  async #board(flight: Flight, url: string, signal: AbortSignal): Promise<CachedMedia> {
    const leave = (): void => {
      if (--flight.waiting > 0) return
      this.#land(url, flight)
      flight.abandon.abort()
    }
    flight.waiting += 1
    signal.addEventListener('abort', leave, { once: true })
    if (signal.aborted) leave()
    return flight.file.finally(() => signal.removeEventListener('abort', leave))
  }

  async #download(url: string, asker: Sharer): Promise<CachedMedia> {
    const { config, db, now } = this.#ctx
    const digest = digestOf(url)
    await using draft = new DraftFile(config, digest)
    let mediaType = ''
    await this.#fetchInTurn(url, asker, {
      begin: async ({ type }) => {
        mediaType = type
        await draft.open()
      },
      write: (chunk) => draft.write(chunk),
    })
    await draft.keep()
    const media = { digest, mediaType, size: draft.size, fetchedAt: now(), usedAt: now() }
    await saveCachedMedia(db, { ...media, url })
    await this.#makeRoom(media.size)
    return media
  }

  async #fetchInTurn(url: string, { network, signal }: Sharer, target: MediaTarget): Promise<void> {
    const { host } = new URL(url)
    const leave = await this.#shares.take(network, signal)
    const release = leave && (await this.#slots.take(getDomain(host) ?? host, signal))
    try {
      if (release === undefined) throw new DomainError('unavailable', 'Too much is asked for at once.')
      await fetchRemoteMedia(this.#ctx, url, { signal, target, limits: this.#limits })
    } catch (error) {
      if (error instanceof DomainError && error.code === 'not_found') this.#failed.set(url, true)
      throw error
    } finally {
      release?.()
      leave?.()
    }
  }

  /** Not only every hour: a lot can come in an hour. */
  async #makeRoom(size: number): Promise<void> {
    const { mediaCacheBytes } = this.#ctx.config
    this.#grown += size
    if (this.#grown < mediaCacheBytes / 10) return
    this.#grown = 0
    await pruneMedia(this.#ctx, mediaCacheBytes)
  }
}

async function findKept(ctx: Caching, url: string): Promise<CachedMedia | undefined> {
  const found = await findCachedMedia(ctx.db, digestOf(url))
  if (found === undefined || !(await hasFile(ctx.config, found.digest, found.size))) return undefined
  const usedAt = ctx.now()
  if (usedAt.getTime() - found.usedAt.getTime() > hourMs) await touchCachedMedia(ctx.db, found.digest, usedAt)
  return found
}
