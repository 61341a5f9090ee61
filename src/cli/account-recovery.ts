import { createWriteStream } from 'node:fs'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { getAccount } from '../domain/accounts/get-account.ts'
import { describeRecovery, getLatestRecovery, hurryRecovery } from '../domain/recovery/describe-recovery.ts'
import { presentHost, presentRecovery } from '../domain/recovery/present-recovery.ts'
import { stateWords } from '../domain/recovery/ledger-words.ts'
import { writeLedger } from '../domain/recovery/write-ledger.ts'
import { followerStates } from '../store/recovery-followers.ts'
import { listLedgerHosts } from '../store/recovery-ledger.ts'
import { defineCommand } from './command.ts'
import { formatTable } from './table.ts'

const mostHosts = 100
const titles = ['HOST', 'SOFTWARE', ...followerStates.map((state) => state.toUpperCase()), 'DETAIL']

export const accountRecovery = defineCommand({
  path: ['account', 'recovery'],
  args: ['name'],
  options: {
    export: { type: 'string', value: 'FILE', help: 'Write what became of each follower there, as CSV.' },
    now: {
      type: 'boolean',
      help: 'Let out at once what waits for its time; some servers may not find the account yet.',
    },
  },
  help: 'Show how far an account has come back: who was told, and who follows it again.',
  run: async (ctx, { args, options }) => {
    const account = await getAccount(ctx, args.name)
    const { id } = await getLatestRecovery(ctx, account)
    if (options.now) await hurryRecovery(ctx, account, id)
    const view = await describeRecovery(ctx, account, id)
    if (options.export !== undefined) {
      const file = createWriteStream(options.export, { mode: 0o600 })
      await pipeline(Readable.from(writeLedger(ctx, id)), file)
    }
    const hosts = await listLedgerHosts(ctx.db, id, mostHosts)
    const { recovery, followers } = view
    const counts = followerStates.map((state) => `  ${followers[state]} ${state}: ${stateWords[state]}`)
    const rows = hosts.map((host) => [
      host.host,
      host.software ?? '',
      ...followerStates.map((state) => String(host[state])),
      host.detail ?? '',
    ])
    return {
      json: { ...presentRecovery(view), hosts: hosts.map(presentHost) },
      text: [
        `@${recovery.formerHandle}: ${recovery.state}`,
        ...counts,
        '',
        formatTable([titles, ...rows]),
      ].join('\n'),
    }
  },
})
