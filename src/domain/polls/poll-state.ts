import type { Poll } from '../../store/polls.ts'

/** Whether a poll takes votes at this moment. */
export function isOpen(poll: Pick<Poll, 'endsAt' | 'closedAt'>, now: Date): boolean {
  return poll.closedAt === null && (poll.endsAt === null || poll.endsAt > now)
}

/** How many chose each option, as far as anybody is told: where totals are hidden, only from the end of the poll on. */
export function listTotals(poll: Poll, now: Date): (number | null)[] {
  const isHidden = poll.hideTotals && isOpen(poll, now)
  return poll.options.map((_option, index) => (isHidden ? null : Number(poll.votes[index] ?? 0)))
}

/** A poll of ours as it stands: it is closed from its end on, also before that was told. */
export function asItStands(poll: Poll, now: Date): Poll {
  return poll.closedAt !== null || isOpen(poll, now) ? poll : { ...poll, closedAt: poll.endsAt }
}

/** Whether two polls ask the same: votes for one count for the other. */
export function asksTheSame(
  one: { readonly multiple: boolean; readonly options: readonly string[] },
  other: { readonly multiple: boolean; readonly options: readonly string[] },
): boolean {
  const isSame = one.multiple === other.multiple && one.options.length === other.options.length
  return isSame && one.options.every((option, index) => option === other.options[index])
}
