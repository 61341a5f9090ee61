import type { NoteDraft } from '../drafts.ts'
import type { Actor } from '../../store/actors.ts'
import type { Status } from '../../store/statuses.ts'

/** How use cases ask other servers; the answers are stored before they are returned. */
export type RemoteWorld = {
  /**
   * @param handle `name@domain`, with or without a leading `@`
   * @throws DomainError `not_found` when nobody answers to it, `unavailable` when the server does not answer
   */
  resolveHandle(handle: string): Promise<Actor>
  /**
   * The actor with this id, from the store or, if it was never seen, from its server.
   * @returns undefined when it cannot be had
   */
  resolveActor(uri: string): Promise<Actor | undefined>
  /**
   * A post as its own server says it is, asked now.
   * @returns `gone` when that server says that it is no more; undefined when it cannot be had or is not a post
   */
  fetchNote(uri: string): Promise<NoteDraft | 'gone' | undefined>
  /**
   * The status with this id, ours or another server's, from the store or, if it was never seen, from its server; it is
   * kept then, whomever it concerns.
   * @returns undefined when it cannot be had, or may be seen by its audience only and nobody here is of it
   */
  resolveStatus(uri: string): Promise<Status | undefined>
}
