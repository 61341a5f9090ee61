import { getAccount } from '../domain/accounts/get-account.ts'
import { viewLinkedStatuses } from '../domain/statuses/link-views.ts'
import { listHomeStatuses } from '../store/home-timeline.ts'
import { defineCommand } from './command.ts'
import { parseLimit } from './parse-value.ts'
import { formatStatus, presentStatus } from './present-status.ts'

export const timeline = defineCommand({
  path: ['timeline'],
  args: ['name'],
  options: { limit: { type: 'string', value: 'N', help: 'How many posts; 20 unless given.' } },
  help: 'Show what an account sees at home and what names it, newest first.',
  run: async (ctx, { args, options }) => {
    const limit = parseLimit(options.limit, 20)
    const account = await getAccount(ctx, args.name)
    const statuses = await listHomeStatuses(ctx.db, account.id, { limit }, { withNamed: true })
    const rows = (await viewLinkedStatuses(ctx, statuses, account.id)).map((view) =>
      presentStatus(ctx.config, view),
    )
    return { json: rows, text: rows.map(formatStatus).join('\n\n') || 'Nothing yet.' }
  },
})
