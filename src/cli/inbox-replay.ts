import { transact } from '../db/transact.ts'
import { replayDeadMessages } from '../store/inbox-dead.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'

export const inboxReplay = defineCommand({
  path: ['inbox', 'replay'],
  args: [],
  options: { id: { type: 'string', value: 'ID', help: 'Only this one; all unless given.' } },
  help: 'Try again what arrived and could not be acted on.',
  run: async (ctx, { options }) => {
    const id = options.id === undefined ? undefined : parseId(options.id)
    const replayed = await transact(ctx, (tx) => replayDeadMessages(tx.db, id))
    return { json: { replayed }, text: `${replayed} to be tried again.` }
  },
})
