/** Somebody on some server, as far as the exchange needs: our account, or a stranger's. */
export interface Participant {
  /** Its actor id. */
  readonly actor: string
  /** `name@host`. */
  readonly acct: string
  follow(other: Participant): Promise<void>
  unfollow(other: Participant): Promise<void>
  /** Actor ids of those who accepted that it follows them, by its own books. */
  following(): Promise<string[]>
  /** Actor ids of those who follow it, by its own books. */
  followers(): Promise<string[]>
  /** Posts to everybody and tells its followers. @returns the id of the post, a URI */
  post(text: string, options?: PostOptions): Promise<string>
  /** The post as it sees it now; undefined before it came and after it was taken back. */
  see(uri: string): Promise<Seen | undefined>
  edit?(uri: string, text: string): Promise<void>
  remove?(uri: string): Promise<void>
  log(): string
}

/** Somebody who also does things with what others post. */
export interface Companion extends Required<Participant> {
  like(uri: string): Promise<void>
  unlike(uri: string): Promise<void>
  boost(uri: string): Promise<void>
  unboost(uri: string): Promise<void>
  /** How often a post that it sees was liked and boosted, by its own books. */
  counts(uri: string): Promise<Counts>
  /** Asks its followers to choose; @returns the id of the post */
  ask(text: string, options: readonly string[]): Promise<string>
  /** @param option its place, from 0 */
  vote(uri: string, option: number): Promise<void>
  poll(uri: string): Promise<PollSeen>
}

export interface Counts {
  readonly likes: number
  readonly boosts: number
}

export interface PollSeen {
  readonly options: readonly string[]
  readonly votes: readonly number[]
  readonly closed: boolean
}

export interface PostOptions {
  readonly mention?: Participant
  /** Id of a post that it sees. */
  readonly inReplyTo?: string
}

export interface Seen {
  readonly text: string
  readonly inReplyTo: string | undefined
  /** Actor ids. */
  readonly mentions: readonly string[]
}

/** What a reader reads: the text without its markup. */
export function readText(html: string): string {
  return html.replace(/<[^>]*>/g, '').trim()
}
