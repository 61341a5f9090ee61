import { getAccount } from '../domain/accounts/get-account.ts'
import { viewInteractions, type InteractionsView } from '../domain/interactions/view-interactions.ts'
import { refreshPoll } from '../domain/polls/refresh-poll.ts'
import { getVisibleStatus } from '../domain/statuses/get-visible.ts'
import { viewLinkedStatuses } from '../domain/statuses/link-views.ts'
import { DomainError } from '../lib/errors.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'
import { formatStatus, presentStatus } from './present-status.ts'

export const postsShow = defineCommand({
  path: ['posts', 'show'],
  args: ['name', 'post'],
  options: {},
  help: 'Show a post as an account sees it, with what others did with it.',
  run: async (ctx, { args }) => {
    const account = await getAccount(ctx, args.name)
    const status = await getVisibleStatus(ctx, await findPostId(ctx, args.post), account.id)
    await refreshPoll(ctx, status.boostOfId ?? status.id)
    const [view] = await viewLinkedStatuses(ctx, [status], account.id)
    if (view === undefined) throw new DomainError('not_found', 'There is no such post.')
    const row = presentStatus(ctx.config, view)
    const counts = await viewInteractions(ctx, account, status)
    return {
      json: { ...row, ...presentCounts(counts) },
      text: `${formatStatus(row)}\n${formatCounts(counts)}`,
    }
  },
})

function presentCounts({ likes, boosts, replies, reactions, liked, boosted }: InteractionsView) {
  return {
    likes,
    boosts,
    replies,
    reactions: reactions.map(({ name, emojiUrl, count, mine }) => ({
      name,
      emoji_url: emojiUrl,
      count,
      mine,
    })),
    liked,
    boosted,
  }
}

function formatCounts({ likes, boosts, replies, reactions }: InteractionsView): string {
  const emojis = reactions.map(
    ({ name, emojiUrl, count }) => `${emojiUrl === null ? name : `:${name}:`} ${count}`,
  )
  return [`likes ${likes}`, `boosts ${boosts}`, `replies ${replies}`, ...emojis].join(' · ')
}
