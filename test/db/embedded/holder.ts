/** Opens the embedded database of the DATA_DIR in its argument, says so as JSON, and closes it at SIGTERM. */
import { once } from 'node:events'
import { pino } from 'pino'
import { openEmbedded } from '../../../src/db/embedded/open-embedded.ts'

const terminated = once(process, 'SIGTERM')
const alive = setInterval(() => undefined, 60_000)
const log = pino({ level: 'warn' }, pino.destination(2))
const dataDir = process.argv[2] ?? ''
const embedded = await openEmbedded({ dataDir, log, settings: { fsync: 'off' } })
const { connectionString, started } = embedded
console.log(JSON.stringify({ connectionString, started }))
await terminated
await embedded.close()
clearInterval(alive)
