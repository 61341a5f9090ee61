import { withdrawAnnouncement } from '../domain/announcements/announce.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const announcementRemove = defineCommand({
  path: ['announcement', 'remove'],
  args: ['id'],
  options: {},
  help: 'Take back an announcement.',
  run: async (ctx, { args }) => {
    const id = parseId(args.id)
    await withdrawAnnouncement(ctx, id)
    return { json: { id, removed: true }, text: `Announcement ${id} is gone.` }
  },
})
