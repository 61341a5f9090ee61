import type { KeyObject } from 'node:crypto'
import type { ActivityDraft, NoteDraft, QuoteAuthorizationDraft } from '../drafts.ts'
import type { Actor } from '../../store/actors.ts'
import type { Status } from '../../store/statuses.ts'

/**
 * Why something cannot be had: `gone` (410, or a tombstone) and `missing` (404) are its own server's word, `refused` is
 * final too, `unavailable` may be over tomorrow.
 */
export type Absence = 'gone' | 'missing' | 'refused' | 'unavailable'

/** What a collection of another server holds, as far as it was read. */
export type CollectionReading = {
  /** Ids, each once, in the order in which they came. */
  readonly items: readonly string[]
  /** Where to read on, when a bound ended the reading. */
  readonly next?: string
  /** Set when a page could not be had: what came before it is kept. */
  readonly absence?: Absence
  /** How many documents were asked for. */
  readonly requests: number
}

export type CollectionBounds = {
  /** Default and at most 1,000. */
  readonly maxItems?: number
  /** Default and at most 10. */
  readonly maxPages?: number
  /** Where to begin, in place of the beginning: a `next` of the same collection. */
  readonly page?: string
}

/** How use cases ask other servers; the answers are stored before they are returned. */
export type RemoteWorld = {
  /**
   * @param handle `name@domain`, with or without a leading `@`
   * @param how `soon`: for somebody who waits; after five seconds, and for ten minutes after that, the domain counts as
   *   one that does not answer
   * @throws DomainError `not_found` when nobody answers to it, `unavailable` when the server does not answer
   */
  resolveHandle(handle: string, how?: 'soon'): Promise<Actor>
  /**
   * The actor with this id, from the store or, if it was never seen, from its server.
   * @param how `background`: for work that nobody waits for; whoever is known is taken as known, and of actors never
   *   seen before at most 100 an hour are met for each registrable domain
   * @returns undefined when it cannot be had
   */
  resolveActor(uri: string, how?: 'background'): Promise<Actor | undefined>
  /**
   * The actor with this id as its own server says it is, asked now, also where we remember a move that its server does
   * not speak of; one of ours from the store.
   */
  refreshActor(uri: string): Promise<Actor | Absence>
  /**
   * A post as its own server says it is, asked now.
   * @returns `gone` when that server says that it is no more; undefined when it cannot be had or is not a post
   */
  fetchNote(uri: string): Promise<NoteDraft | 'gone' | undefined>
  /** The same, saying why not. */
  askNote(uri: string): Promise<NoteDraft | Absence>
  /** An activity as its own server says it is, by an actor of that server, asked now; undefined when it cannot be had. */
  fetchActivity(uri: string): Promise<ActivityDraft | undefined>
  /** A stamp as its own server says it is, asked now. */
  fetchQuoteAuthorization(uri: string): Promise<QuoteAuthorizationDraft | Absence>
  /**
   * Reads a collection page by page, on its own host only.
   * @see https://www.w3.org/TR/activitystreams-core/#collections
   */
  readCollection(uri: string, bounds?: CollectionBounds): Promise<CollectionReading | Absence>
  /**
   * The ids in a list of followers, all of them: at most ten pages, on its own host.
   * @returns undefined when the list cannot be had as a whole
   */
  fetchFollowers(url: string): Promise<readonly string[] | undefined>
  /** The names of the hashtags in a collection, at most 20, normalised. */
  readTags(uri: string): Promise<readonly string[] | Absence>
  /**
   * The status with this id, ours or another server's, from the store or, if it was never seen, from its server; it is
   * kept then, whomever it concerns.
   * @returns undefined when it cannot be had, or may be seen by its audience only and nobody here is of it
   */
  resolveStatus(uri: string): Promise<Status | undefined>
  /**
   * Where a letter says that its author moved to, when its signature verifies with one of these keys.
   * @param keys by their ids
   */
  verifyLetter(
    letter: string,
    actorUri: string,
    keys: ReadonlyMap<string, KeyObject>,
  ): Promise<string | undefined>
}
