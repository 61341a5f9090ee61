import { listHostDeliveries } from '../store/deliveries.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

export const deliveriesHosts = defineCommand({
  path: ['deliveries', 'hosts'],
  args: [],
  options: {},
  help: 'Show what waits for each host, and since when it fails.',
  run: async (ctx) => {
    const hosts = await listHostDeliveries(ctx.db)
    const rows = hosts.map(({ host, pending, failingSince, lastError }) => ({
      host,
      pending,
      failing_since: failingSince,
      last_error: lastError,
    }))
    return { json: rows, text: formatRows(rows) }
  },
})

type Row = { host: string; pending: number; failing_since: Date | null; last_error: string | null }

function formatRows(rows: readonly Row[]): string {
  if (rows.length === 0) return 'Nothing was ever sent.'
  const cells = rows.map((row) => [
    row.host,
    String(row.pending),
    row.failing_since?.toISOString() ?? '',
    row.last_error ?? '',
  ])
  return formatTable([['HOST', 'PENDING', 'FAILING SINCE', 'LAST ERROR'], ...cells])
}
