import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import {
  deleteAnnouncement,
  insertAnnouncement,
  lockAnnouncement,
  updateAnnouncement,
} from '../../store/announcements.ts'
import { publishEvent } from '../../store/stream-events.ts'

const maxLength = 5000

export type AnnouncementChanges = {
  /** Plain text: an empty line begins a paragraph. */
  readonly content?: string | undefined
  /** Null for none. */
  readonly startsAt?: Date | null | undefined
  readonly endsAt?: Date | null | undefined
  readonly allDay?: boolean | undefined
}

const notFound = () => new DomainError('not_found', 'There is no such announcement.')

/**
 * Everybody who lives here is told, until it is over.
 * @returns its id
 * @throws DomainError `invalid` for a text that is empty or too long, or an end before the start
 */
export async function announce(
  ctx: Context,
  said: AnnouncementChanges & { content: string },
): Promise<string> {
  const { content, startsAt = null, endsAt = null, allDay = false } = said
  checkContent(content)
  checkTimes(startsAt, endsAt)
  return transact(ctx, async (tx) => {
    const id = tx.newId()
    const at = tx.now()
    await insertAnnouncement(tx.db, { id, content, startsAt, endsAt, allDay, publishedAt: at, updatedAt: at })
    publishEvent(tx.db, { event: 'announcement', id })
    return id
  })
}

/** What is undefined stays. @throws DomainError as `announce`, `not_found` also when it is over */
export async function changeAnnouncement(
  ctx: Context,
  id: string,
  changes: AnnouncementChanges,
): Promise<void> {
  if (changes.content !== undefined) checkContent(changes.content)
  await transact(ctx, async (tx) => {
    const before = await lockAnnouncement(tx.db, id, tx.now())
    if (before === undefined) throw notFound()
    const { content = before.content, startsAt = before.startsAt, endsAt = before.endsAt } = changes
    const { allDay = before.allDay } = changes
    checkTimes(startsAt, endsAt)
    await updateAnnouncement(tx.db, id, { content, startsAt, endsAt, allDay, updatedAt: tx.now() })
    publishEvent(tx.db, { event: 'announcement', id })
  })
}

/** @throws DomainError `not_found` */
export async function withdrawAnnouncement(ctx: Context, id: string): Promise<void> {
  await transact(ctx, async (tx) => {
    if (!(await deleteAnnouncement(tx.db, id))) throw notFound()
    publishEvent(tx.db, { event: 'announcement.delete', payload: id })
  })
}

function checkContent(content: string): void {
  if (content.trim() === '') throw new DomainError('invalid', 'An announcement must say something.')
  if (content.length > maxLength)
    throw new DomainError('invalid', `An announcement has at most ${maxLength} characters.`)
}

function checkTimes(startsAt: Date | null, endsAt: Date | null): void {
  if (startsAt !== null && endsAt !== null && endsAt < startsAt)
    throw new DomainError('invalid', 'An announcement cannot end before it starts.')
}
