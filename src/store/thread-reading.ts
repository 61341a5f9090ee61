/** How far the answers in a thread have been read: what a job hands on to the next one. */
export type ThreadReading = {
  /** The first status of the thread that we know. */
  readonly topId: string
  /** The one that was asked for. */
  readonly statusId: string
  /** 0, and 1 more each time that something could not be had. */
  readonly attempt: number
  /** Posts, and collections, that may still be fetched. */
  readonly postsLeft: number
  readonly collectionsLeft: number
  readonly collections: readonly CollectionPlace[]
  readonly posts: readonly PostPlace[]
  /** The whole thread was listed in one place: answers need not be asked what answers them. */
  readonly isFlat: boolean
  /** Hosts that did not answer, and are not asked again in this reading. */
  readonly silent: readonly string[]
  /** Something could not be had that may be had another time. */
  readonly isMissing: boolean
}

export type PostPlace = {
  readonly uri: string
  /** 1 for an answer to the status that the reading began with, 2 for an answer to that. */
  readonly depth: number
}

export type CollectionPlace = PostPlace & {
  /** Where to read on. */
  readonly page?: string
  /** It holds the whole thread, so that no other collection below the first need be read. */
  readonly isWhole?: true
}
