import type { Context, TxContext } from '../../context.ts'
import type { ActivityDraft } from '../../domain/drafts.ts'
import type { ReceivedNote } from '../../domain/statuses/receive-note.ts'
import type { Actor } from '../../store/actors.ts'

/** An activity whose sender is beyond doubt; what it says of anybody else is not. */
export type Received = {
  readonly activity: ActivityDraft
  /** Who said it: the actor of the activity, and of the key that signed it. */
  readonly actor: Actor & { readonly uri: string }
  /** The account whose own inbox it came to; null for the shared inbox. */
  readonly recipientId: string | null
  /**
   * Somebody else brought it, and a signature of the actor inside it verified: only ever a Move, made of nothing but
   * what the signature covers. Its actor's server may be gone; what is asked of it may fail.
   */
  readonly carried: boolean
}

/**
 * What an activity does, all in one transaction with the mark that it was done: an act, or a note to receive, which is
 * received together with others.
 */
export type Effect = Act | ReceivedNote
export type Act = (ctx: TxContext) => Promise<unknown>

/**
 * Translates an activity into an effect. May ask other servers, since no transaction is open yet; decides nothing.
 * @returns undefined when it means nothing to us
 */
export type Listener = (ctx: Context, received: Received) => Promise<Effect | undefined>
