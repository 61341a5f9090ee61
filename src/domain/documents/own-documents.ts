import type { Config } from '../../config.ts'
import type { Context, Db } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import type { NoteDraft } from '../drafts.ts'
import type { LetterKind } from '../kits/kit-items.ts'
import type { LinkedView } from '../statuses/link-views.ts'

export type Json = Record<string, unknown>

/** What is read to write and sign a document. */
export type Writer = Pick<Context, 'config' | 'keyring' | 'now'> & { readonly db: Db }

export type Letter = { readonly kind: LetterKind; readonly document: Json }

/** How what is ours looks to other servers, for files that members take away with them. */
export type OwnDocuments = {
  /** The actor document of an account of ours, as it is served. */
  actor(ctx: Writer, account: Actor): Promise<Json>
  /**
   * A Create with its Note or Question, or an Announce, without `@context`.
   * @returns undefined for a boost of what is gone
   */
  activity(config: Config, view: LinkedView): Json | undefined
  /**
   * A post out of a file that its author brings from elsewhere: what such files hold is taken as everybody means it, and
   * is believed no more than whoever brings it.
   * @returns undefined for what is no post that can be read
   */
  readPost(document: unknown, followersUri: string | undefined): NoteDraft | undefined
  /** The `@context` of activities. */
  readonly context: unknown
  /**
   * What an account says of its move before it moves, signed with its own keys, for anybody to bring to others.
   * @param id what tells these from others that it signed: a part of their ids
   */
  letters(ctx: Writer, account: Actor, standbyUri: string, id: string): Promise<readonly Letter[]>
}
