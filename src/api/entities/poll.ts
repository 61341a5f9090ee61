import type { Emoji } from '../../db/json.ts'
import type { Proxying } from '../../domain/media/proxied-url.ts'
import { isOpen, listTotals } from '../../domain/polls/poll-state.ts'
import type { Poll } from '../../store/polls.ts'
import { isoDateOrNull } from './date.ts'
import { presentEmojis, type EmojiJson } from './emoji.ts'

/** https://docs.joinmastodon.org/entities/Poll/ */
export type PollJson = {
  /** That of its status. */
  readonly id: string
  readonly expires_at: string | null
  readonly expired: boolean
  readonly multiple: boolean
  readonly votes_count: number
  readonly voters_count: number | null
  /** `votes_count` is null as long as totals are hidden. */
  readonly options: readonly { readonly title: string; readonly votes_count: number | null }[]
  readonly emojis: readonly EmojiJson[]
  readonly voted?: boolean
  readonly own_votes?: readonly number[]
}

/** What somebody who is signed in chose; their own poll counts as voted in, as Mastodon has it. */
export type OwnVotes = { readonly isAuthor: boolean; readonly choices: readonly number[] }

/** @param own undefined for nobody in particular */
export function presentPoll(
  ctx: Proxying,
  poll: Poll,
  emojis: readonly Emoji[],
  { own, now }: { readonly own: OwnVotes | undefined; readonly now: Date },
): PollJson {
  const totals = listTotals(poll, now)
  return {
    id: poll.statusId,
    expires_at: isoDateOrNull(poll.closedAt ?? poll.endsAt),
    expired: !isOpen(poll, now),
    multiple: poll.multiple,
    votes_count: poll.votes.reduce((sum, count) => sum + Number(count), 0),
    voters_count: poll.voters === null ? null : Number(poll.voters),
    options: poll.options.map((title, index) => ({ title, votes_count: totals[index] ?? null })),
    emojis: presentEmojis(ctx, emojis),
    ...(own && { voted: own.isAuthor || own.choices.length > 0, own_votes: own.choices }),
  }
}
