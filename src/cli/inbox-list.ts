import { listDeadMessages } from '../store/inbox-dead.ts'
import { defineCommand } from './command.ts'
import { parseLimit } from './parse-value.ts'
import { formatTable } from './table.ts'

export const inboxList = defineCommand({
  path: ['inbox', 'list'],
  args: [],
  options: { limit: { type: 'string', value: 'N', help: 'How many; 20 unless given.' } },
  help: 'List what arrived and could not be acted on, newest first.',
  run: async (ctx, { options }) => {
    const messages = await listDeadMessages(ctx.db, parseLimit(options.limit, 20))
    const json = messages.map(({ id, actorUri, receivedAt, lastError }) => ({
      id,
      actor: actorUri,
      received_at: receivedAt,
      last_error: lastError,
    }))
    const rows = json.map((row) => [row.id, row.received_at.toISOString(), row.actor, row.last_error ?? ''])
    const text = rows.length === 0 ? 'Everything that arrived was acted on.' : formatTable([head, ...rows])
    return { json, text }
  },
})

const head = ['ID', 'RECEIVED', 'FROM', 'WHY NOT']
