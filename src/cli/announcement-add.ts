import { announce } from '../domain/announcements/announce.ts'
import { announcementOptions, readTime } from './announcement-options.ts'
import { defineCommand } from './command.ts'

export const announcementAdd = defineCommand({
  path: ['announcement', 'add'],
  args: ['text...'],
  options: announcementOptions,
  help: 'Tell everybody who lives here something.',
  run: async (ctx, { args, options }) => {
    const { starts, ends, 'all-day': allDay } = options
    const times = { startsAt: readTime(starts), endsAt: readTime(ends), allDay }
    const id = await announce(ctx, { content: args['text...'], ...times })
    return { json: { id }, text: `Announced as ${id}.` }
  },
})
