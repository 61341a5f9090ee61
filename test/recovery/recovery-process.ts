import { bootstrap } from '../../src/bootstrap.ts'
import { loadConfig } from '../../src/config.ts'
import { DeliveryWorker } from '../../src/federation/delivery/worker.ts'
import { startJobs } from '../../src/jobs/worker.ts'
import { createGuardedFetch } from '../../src/lib/safe-fetch.ts'

// A process that works on jobs and delivers, to be killed: `node recovery-process.ts`, settings in the environment.
const app = await bootstrap(loadConfig(process.env), { serve: true })
const fetch = createGuardedFetch({ allowPrivateAddress: true, userAgent: 'Holdfast/test' })
const ctx = { ...app.ctx, fetch }
const worker = new DeliveryWorker(ctx)
await app.session.listen('deliveries', () => worker.wake())
await startJobs(ctx, app.jobs)
worker.start()
console.log('working')
process.once('SIGTERM', () => void worker.stop().then(() => Promise.all([fetch.close(), app.close()])))
