import { parseArgs } from 'node:util'
import { benchDelivery, deliverySizes } from './delivery.ts'
import { benchImport, importSizes } from './import.ts'
import { benchInbox, inboxSizes } from './inbox.ts'
import { benchRecover, recoverSizes } from './recover.ts'
import { benchThread, threadSizes } from './thread.ts'
import { benchTimeline, timelineSizes } from './timeline.ts'
import { printFigure } from './support/report.ts'
import type { BenchOptions } from './support/options.ts'

/** Every benchmark, by the name that it is asked for with. */
const benchmarks: Readonly<Record<string, (options: BenchOptions) => Promise<void>>> = {
  inbox: (options) => benchInbox(inboxSizes, options),
  delivery: (options) => benchDelivery(deliverySizes, options),
  import: (options) => benchImport(importSizes, options),
  recover: (options) => benchRecover(recoverSizes, options),
  thread: (options) => benchThread(threadSizes, options),
  timeline: (options) => benchTimeline(timelineSizes, options),
}

const usage = `npm run bench [-- NAME...] [--rounds N] [--profile DIR]
NAME is ${Object.keys(benchmarks).join(' or ')}; without one all run.
--rounds N     how often each is measured; the median is printed (3)
--profile DIR  keep a CPU profile of every server that is measured
`

async function main(): Promise<number> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string', default: '3' }, profile: { type: 'string' } },
  })
  const names = positionals.length > 0 ? positionals : Object.keys(benchmarks)
  const rounds = Number(values.rounds)
  if (names.some((name) => benchmarks[name] === undefined) || !(rounds >= 1)) {
    process.stderr.write(usage)
    return 1
  }
  const options = { rounds, profile: values.profile, print: printFigure }
  for (const name of names) await benchmarks[name]?.(options)
  return 0
}

process.exitCode = await main()
