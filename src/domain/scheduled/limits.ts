import type { TxContext } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import { countScheduled } from '../../store/scheduled-statuses.ts'

/** As Mastodon has them. */
const scheduleLimits = { all: 300, aDay: 25, minutesAhead: 5 } as const

/**
 * Whether an account may schedule something for a time, beside what it has.
 * @param except what is put off and has its place already
 * @throws DomainError `invalid`, in Mastodon's words
 */
export async function requireTime(
  { db, now }: TxContext,
  { id }: Pick<Actor, 'id'>,
  { at, except }: { readonly at: Date; readonly except?: string },
): Promise<void> {
  const earliest = now().getTime() + scheduleLimits.minutesAhead * 60_000
  if (at.getTime() < earliest) throw invalid('Scheduled at The scheduled date must be in the future')
  const { all, thatDay } = await countScheduled(db, id, { at, except })
  const said = (limit: number) => `You have exceeded the limit of ${limit} scheduled posts`
  if (all >= scheduleLimits.all) throw invalid(said(scheduleLimits.all))
  if (thatDay >= scheduleLimits.aDay) throw invalid(`${said(scheduleLimits.aDay)} for today`)
}

function invalid(message: string): DomainError {
  return new DomainError('invalid', message)
}
