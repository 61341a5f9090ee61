import { handleOf } from '../domain/accounts/addresses.ts'
import { listActors } from '../store/actors.ts'
import { listOpenReports } from '../store/reports.ts'
import { defineCommand } from './command.ts'
import { parseLimit } from './parse-value.ts'
import { formatTable } from './table.ts'

export const reportsList = defineCommand({
  path: ['reports', 'list'],
  args: [],
  options: { limit: { type: 'string', value: 'N', help: 'How many, oldest first; 100 unless given.' } },
  help: 'List the open reports.',
  run: async (ctx, { options }) => {
    const reports = await listOpenReports(ctx.db, parseLimit(options.limit, 100))
    const ids = reports.flatMap(({ reporterId, targetId }) => [reporterId, targetId])
    const actors = new Map((await listActors(ctx.db, [...new Set(ids)])).map((actor) => [actor.id, actor]))
    const nameOf = (id: string): string | null => {
      const actor = actors.get(id)
      return actor === undefined ? null : handleOf(ctx.config, actor)
    }
    const json = reports.map(({ id, reporterId, targetId, statusIds, comment, forwarded, createdAt }) => ({
      id,
      account: nameOf(targetId),
      by: nameOf(reporterId),
      posts: statusIds,
      comment,
      forwarded,
      created_at: createdAt,
    }))
    const rows = json.map(({ id, account, by, posts, comment }) => [
      id,
      account ?? '',
      by ?? '',
      String(posts.length),
      comment.replaceAll(/\s+/g, ' '),
    ])
    const head = ['ID', 'ABOUT', 'BY', 'POSTS', 'COMMENT']
    return { json, text: rows.length === 0 ? 'No report is open.' : formatTable([head, ...rows]) }
  },
})
