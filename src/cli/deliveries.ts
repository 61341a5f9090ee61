import { countDeliveries } from '../store/deliveries.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

export const deliveries = defineCommand({
  path: ['deliveries'],
  args: [],
  options: {},
  help: 'Count deliveries by state.',
  run: async (ctx) => {
    const counts = await countDeliveries(ctx.db)
    const rows = Object.entries(counts).map(([state, count]) => [state, String(count)])
    return { json: counts, text: formatTable(rows) }
  },
})
