import { getAccount } from '../domain/accounts/get-account.ts'
import { linkViews } from '../domain/statuses/link-views.ts'
import { completeThreadNow } from '../domain/threads/complete-now.ts'
import { loadThread } from '../domain/threads/load-thread.ts'
import { defineCommand } from './command.ts'
import { findPostId } from './find-post.ts'
import { formatStatus, presentStatus } from './present-status.ts'

export const postsThread = defineCommand({
  path: ['posts', 'thread'],
  args: ['name', 'post'],
  options: {
    complete: { type: 'boolean', help: 'First fetch what is missing; at most once an hour for each thread.' },
  },
  help: 'Show a post, given by its id or address, with what it answers and what answers it.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const id = await findPostId(ctx, args.post)
    if (options.complete) await completeThreadNow(ctx, id)
    const { ancestors, status, descendants } = await loadThread(ctx, id, account.id)
    const views = await linkViews(ctx, [...ancestors, status, ...descendants])
    const rows = views.map((view) => presentStatus(ctx.config, view))
    const at = ancestors.length
    const json = { ancestors: rows.slice(0, at), status: rows[at], descendants: rows.slice(at + 1) }
    return { json, text: rows.map(formatStatus).join('\n\n') }
  },
})
