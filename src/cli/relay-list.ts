import { listRelays, type Relay } from '../store/relays.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

export const relayList = defineCommand({
  path: ['relay', 'list'],
  args: [],
  options: {},
  help: 'List the relays, and whether they answered.',
  run: async (ctx) => {
    const relays = await listRelays(ctx.db)
    const rows = relays.map(({ uri, kind, state }) => [uri, kind, state])
    return { json: relays.map(describeRelay), text: formatTable(rows) || 'There are no relays.' }
  },
})

export function describeRelay({ uri, kind, state, actorUri }: Relay): Record<string, unknown> {
  return { url: uri, kind, state, actor: actorUri }
}
