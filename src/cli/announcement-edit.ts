import { changeAnnouncement } from '../domain/announcements/announce.ts'
import { announcementOptions, readTime } from './announcement-options.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const announcementEdit = defineCommand({
  path: ['announcement', 'edit'],
  args: ['id'],
  options: { text: { type: 'string', value: 'T', help: 'What it says instead.' }, ...announcementOptions },
  help: 'Say an announcement otherwise; what is left out stays.',
  run: async (ctx, { args, options }) => {
    const id = parseId(args.id)
    const times = { startsAt: readTime(options.starts), endsAt: readTime(options.ends) }
    const allDay = options['all-day'] ? { allDay: true } : {}
    await changeAnnouncement(ctx, id, { content: options.text, ...times, ...allDay })
    return { json: { id }, text: `Announcement ${id} is changed.` }
  },
})
