import { expect, test } from 'vitest'
import { benchDelivery } from '../../bench/delivery.ts'
import { benchImport } from '../../bench/import.ts'
import { benchInbox } from '../../bench/inbox.ts'
import { benchThread } from '../../bench/thread.ts'
import type { BenchOptions } from '../../bench/support/options.ts'
import type { Figure } from '../../bench/support/report.ts'

async function collect(bench: (options: BenchOptions) => Promise<void>): Promise<Figure[]> {
  const figures: Figure[] = []
  await bench({ rounds: 1, print: (figure) => figures.push(figure) })
  return figures
}

function expectMeasured(figures: readonly Figure[], bench: string): void {
  for (const { value, floor, ratio, spread, ...figure } of figures) {
    expect(figure).toEqual({ bench, figure: expect.any(String), unit: expect.any(String) })
    expect(value).toBeGreaterThan(0)
    expect(spread).toEqual([value, value])
    if (floor !== null) expect(ratio).toBeGreaterThan(0)
  }
}

test(
  'inbox: the floor, our server and stock Fedify take in the same posts',
  { timeout: 120_000 },
  async () => {
    const counts = { slice: 24, slices: 1, warmUp: 8, fedifyMeasured: 8, fedifyWarmUp: 4 }
    const figures = await collect((options) => benchInbox({ people: 2, concurrency: 4, ...counts }, options))
    expectMeasured(figures, 'inbox')
    expect(figures.map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['accepted', 'processed', 'fedify accepted', 'fedify processed']),
    )
  },
)

test(
  'import: an archive is brought, again too, and its rows are inserted',
  { timeout: 120_000 },
  async () => {
    const figures = await collect((options) => benchImport({ posts: 60 }, options))
    expectMeasured(figures, 'import')
    expect(figures.map(({ figure }) => figure)).toEqual(['brought', 'brought again'])
  },
)

test('delivery: one post reaches everybody, and 500 are planned', { timeout: 120_000 }, async () => {
  const figures = await collect((options) =>
    benchDelivery(
      {
        manyHosts: { recipients: 20, hosts: 10 },
        fewHosts: { recipients: 20, hosts: 2 },
        turns: 1,
        fedify: { recipients: 10, hosts: 5 },
        planning: { recipients: 500 },
      },
      options,
    ),
  )
  expectMeasured(figures, 'delivery')
  expect(figures.map(({ figure }) => figure)).toEqual(
    expect.arrayContaining([
      'delivered, many hosts',
      'delivered, few hosts',
      'fedify delivered',
      'planned',
      'api answers while planning, p99',
      'ledger per recipient',
    ]),
  )
})

test(
  'thread: all answers are fetched, while others write and are written to',
  { timeout: 120_000 },
  async () => {
    const sizes = { replies: 30, hosts: 2, peoplePerHost: 2, quietMs: 400, arrivals: 300 }
    const figures = await collect((options) => benchThread(sizes, options))
    expectMeasured(figures, 'thread')
    expect(figures.map(({ figure }) => figure)).toEqual(
      expect.arrayContaining(['stored', 'fetches', 'accepted to stored meanwhile, p99']),
    )
  },
)
