import { timingSafeEqual } from 'node:crypto'
import type { RequestHandler } from 'express'
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Context } from './context.ts'
import { DomainError } from './lib/errors.ts'
import { countDeliveries } from './store/deliveries.ts'
import { countInboxMessages } from './store/inbox.ts'
import { countFailedJobs } from './store/jobs.ts'
import { countLockers } from './store/lockers.ts'

/**
 * What goes on here, for Prometheus: the process, the delivery ledger and the inbox. Closed without METRICS_TOKEN,
 * since behind a proxy everybody looks like a neighbour.
 */
export function sendMetrics(ctx: Context): RequestHandler {
  const registry = createRegistry(ctx)
  return async (request, response) => {
    const { metricsToken } = ctx.config
    if (metricsToken === undefined) throw new DomainError('not_found', 'There is nothing here.')
    if (!isSame(request.headers.authorization ?? '', `Bearer ${metricsToken}`)) {
      response.set('WWW-Authenticate', 'Bearer')
      throw new DomainError('unauthorized', 'Metrics need the token of METRICS_TOKEN.')
    }
    response
      .set('Cache-Control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics())
  }
}

function createRegistry(ctx: Context): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const deliveries = { name: 'holdfast_deliveries', help: 'Deliveries in the ledger', labelNames: ['state'] }
  const messages = {
    name: 'holdfast_inbox_messages',
    help: 'What arrived and was not acted on',
    labelNames: ['state'],
  }
  const jobs = { name: 'holdfast_jobs', help: 'After-effects that were given up', labelNames: ['state'] }
  registerCounts(registry, jobs, async () => ({ failed: await countFailedJobs(ctx.db) }))
  const lockers = { name: 'holdfast_lockers', help: 'Places for kits of others', labelNames: ['state'] }
  registerCounts(registry, lockers, () => countLockers(ctx.db))
  registerCounts(registry, deliveries, () => countDeliveries(ctx.db))
  registerCounts(registry, messages, () => countInboxMessages(ctx.db))
  return registry
}

type Labelled = { readonly name: string; readonly help: string; readonly labelNames: string[] }

function registerCounts(
  registry: Registry,
  gauge: Labelled,
  load: () => Promise<Record<string, number>>,
): void {
  const collect = async function (this: Gauge): Promise<void> {
    for (const [state, count] of Object.entries(await load())) this.set({ state }, count)
  }
  registry.registerMetric(new Gauge({ ...gauge, registers: [], collect }))
}

function isSame(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}
