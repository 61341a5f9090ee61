import { Pool } from 'undici'
import { showProgress } from './progress.ts'

/** A request that is ready to go over the wire. */
export type PreparedRequest = {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export type LoadOptions = {
  readonly label: string
  readonly port: number
  /** Requests under way at the same time, each on a connection of its own. */
  readonly concurrency: number
}

export type LoadResult = {
  /** From the first request to the last answer. */
  readonly seconds: number
  /** Of the first request, as `performance.now()` tells it. */
  readonly startedAt: number
}

/** Posts everything, each request once. @throws Error when anything but 202 is answered */
export async function postAll(
  requests: readonly PreparedRequest[],
  { label, port, concurrency }: LoadOptions,
): Promise<LoadResult> {
  await using pool = disposable(new Pool(`http://127.0.0.1:${port}`, { connections: concurrency }))
  const progress = showProgress(label, requests.length)
  let next = 0
  const startedAt = performance.now()
  const work = async (): Promise<void> => {
    for (let request = requests[next++]; request !== undefined; request = requests[next++]) {
      const { statusCode, body } = await pool.request({ method: 'POST', ...request })
      if (statusCode !== 202) throw new Error(`${label} answered ${statusCode}: ${await body.text()}`)
      await body.dump()
      progress.advance(next)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  const seconds = (performance.now() - startedAt) / 1000
  progress.end()
  return { seconds, startedAt }
}

function disposable(pool: Pool): Pool & AsyncDisposable {
  return Object.assign(pool, { [Symbol.asyncDispose]: () => pool.destroy() })
}
