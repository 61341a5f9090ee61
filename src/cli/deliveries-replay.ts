import { transact } from '../db/transact.ts'
import { replayDeliveries } from '../store/deliveries.ts'
import { defineCommand } from './command.ts'
import { parseId } from './parse-value.ts'
import { UsageError } from './usage-error.ts'

const states = ['refused', 'expired', 'dead'] as const

export const deliveriesReplay = defineCommand({
  path: ['deliveries', 'replay'],
  args: [],
  options: {
    state: { type: 'string', choices: states, help: 'Those in this state.' },
    host: { type: 'string', value: 'H', help: 'Those to this host.' },
    id: { type: 'string', value: 'ID', help: 'Those of this activity.' },
  },
  help: 'Send again what ended without arriving.',
  run: async (ctx, { options }) => {
    const { state, host, id } = options
    if (state === undefined && host === undefined && id === undefined) {
      throw new UsageError('Say what to send again: --state, --host or --id.')
    }
    const filter = { state, host, activityId: id === undefined ? undefined : parseId(id) }
    const replayed = await transact(ctx, (tx) => replayDeliveries(tx.db, filter))
    return { json: { replayed }, text: `${replayed} to be sent again.` }
  },
})
