import { listAnnouncements } from '../store/announcements.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

const most = 100

export const announcementList = defineCommand({
  path: ['announcement', 'list'],
  args: [],
  options: {},
  help: 'List what was announced, newest first.',
  run: async (ctx) => {
    const found = await listAnnouncements(ctx.db, most)
    const json = found.map(({ id, content, startsAt, endsAt, allDay, publishedAt }) => ({
      ...{ id, content, allDay },
      startsAt: startsAt?.toISOString() ?? null,
      endsAt: endsAt?.toISOString() ?? null,
      publishedAt: publishedAt.toISOString(),
    }))
    const rows = json.map(({ id, publishedAt, endsAt, content }) => [id, publishedAt, endsAt ?? '-', content])
    return { json, text: formatTable(rows) || 'Nothing is announced.' }
  },
})
