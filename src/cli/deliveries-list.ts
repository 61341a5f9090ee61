import { listDeliveries, type DeliveryRow } from '../store/deliveries.ts'
import { defineCommand } from './command.ts'
import { parseId, parseLimit } from './parse-value.ts'
import { formatTable } from './table.ts'

const states = ['pending', 'delivered', 'refused', 'expired', 'dead'] as const

export const deliveriesList = defineCommand({
  path: ['deliveries', 'list'],
  args: [],
  options: {
    state: { type: 'string', choices: states, help: 'Only those in this state.' },
    host: { type: 'string', value: 'H', help: 'Only those to this host.' },
    id: { type: 'string', value: 'ID', help: 'Only those of this activity.' },
    limit: { type: 'string', value: 'N', help: 'How many, newest first; 100 unless given.' },
  },
  help: 'List deliveries.',
  run: async (ctx, { options }) => {
    const { state, host, id } = options
    const filter = { state, host, activityId: id === undefined ? undefined : parseId(id) }
    const rows = await listDeliveries(ctx.db, filter, parseLimit(options.limit, 100))
    return { json: rows.map(presentRow), text: formatRows(rows) }
  },
})

function presentRow(row: DeliveryRow) {
  return {
    id: row.activityId,
    inbox: row.inbox,
    host: row.host,
    state: row.state,
    attempts: row.attempts,
    last_status: row.lastStatus,
    last_error: row.lastError,
    due: row.state === 'pending' ? row.due : null,
  }
}

function formatRows(rows: readonly DeliveryRow[]): string {
  if (rows.length === 0) return 'No such delivery.'
  const head = ['ID', 'STATE', 'ATTEMPTS', 'INBOX', 'LAST']
  return formatTable([head, ...rows.map(formatRow)])
}

function formatRow(row: DeliveryRow): string[] {
  const last = row.lastError ?? row.lastStatus?.toString() ?? ''
  return [row.activityId, row.state, String(row.attempts), row.inbox, last]
}
