import { bootstrap } from '../../../src/bootstrap.ts'
import { loadConfig } from '../../../src/config.ts'
import { startJobs } from '../../../src/jobs/worker.ts'

// A process that does nothing but work on jobs, to be killed; settings in the environment.
const app = await bootstrap(loadConfig(process.env), { serve: true })
await startJobs(app.ctx, app.jobs)
console.log('working')
process.once('SIGTERM', () => void app.close())
