import { setTimeout as delay } from 'node:timers/promises'
import { kinds } from '../support/receivers/kinds.ts'
import { startReceiver, type Kind, type Receiver } from '../support/receivers/receiver.ts'
import { until } from '../support/until.ts'

/** A server of every kind, each with somebody called fan. */
export type Stage = AsyncDisposable & {
  readonly receivers: readonly Receiver[]
  /** The one of a kind, by its name. */
  of(name: string): Receiver
  /** Everybody follows, and is accepted. */
  follow(uri: string): Promise<void>
  /** When nothing moves any more: neither here nor where `settle` tells. */
  settle(...others: readonly { settle(): Promise<void> }[]): Promise<void>
  /** The kinds whose fan follows, and was accepted. */
  followersOf(uri: string): string[]
}

export async function startStage(
  options: { only?: readonly Kind[]; now?: () => number } = {},
): Promise<Stage> {
  const receivers = await Promise.all((options.only ?? kinds).map((kind) => startReceiver(kind, options)))
  await Promise.all(receivers.map((receiver) => receiver.addFan('fan')))
  const fansOf = (uri: string) =>
    receivers
      .filter(({ fans }) => fans.get('fan')?.following.get(uri) === 'accepted')
      .map(({ kind }) => kind.name)
  return {
    receivers,
    of: (name) => receivers.find(({ kind }) => kind.name === name)!,
    follow: async (uri) => {
      await Promise.all(receivers.map(async ({ fans }) => fans.get('fan')?.follow(uri)))
      const explain = () => receivers.map(describe).join('\n')
      await until(`all to follow ${uri}`, () => fansOf(uri).length === receivers.length, {
        seconds: 60,
        explain,
      })
    },
    settle: (...others) => settle(receivers, others),
    followersOf: fansOf,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(receivers.map((receiver) => receiver[Symbol.asyncDispose]()))
    },
  }
}

/** What one does makes others do more: it is over when a whole round brought nothing. */
async function settle(receivers: readonly Receiver[], others: readonly { settle(): Promise<void> }[]) {
  const count = () => receivers.reduce((sum, { arrivals }) => sum + arrivals.length, 0)
  for (let before = -1; before !== count();) {
    before = count()
    for (const other of others) await other.settle()
    for (const receiver of receivers) await receiver.settle()
    await delay(20)
    for (const other of others) await other.settle()
  }
}

/** What a receiver was sent, what it answered, and what it decided. */
function describe({ kind, arrivals, notes }: Receiver): string {
  const sent = arrivals.map(({ activity, status }) => `${activity['type']} ${status}`)
  return `${kind.name}: ${[...sent, ...notes].join('; ')}`
}
