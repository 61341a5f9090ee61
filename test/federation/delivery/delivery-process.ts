import { bootstrap } from '../../../src/bootstrap.ts'
import { loadConfig } from '../../../src/config.ts'
import { DeliveryWorker } from '../../../src/federation/delivery/worker.ts'
import { createGuardedFetch } from '../../../src/lib/safe-fetch.ts'

// A process that does nothing but deliver, to be killed: `node delivery-process.ts LIMITS`, settings in the environment.
const app = await bootstrap(loadConfig(process.env))
const fetch = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Holdfast/test' })
const worker = new DeliveryWorker({ ...app.ctx, fetch }, JSON.parse(process.argv[2] ?? '{}'))
worker.start()
console.log('working')
process.once('SIGTERM', () => void worker.stop().then(() => Promise.all([fetch.close(), app.close()])))
