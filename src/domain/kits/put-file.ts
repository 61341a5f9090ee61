import { openAsBlob } from 'node:fs'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { FetchError } from '../../lib/safe-fetch/fetch-error.ts'
import type { GuardedInit } from '../../lib/safe-fetch.ts'
import type { GuardedResponse } from '../../lib/safe-fetch/response.ts'

/** A kit may be large and the line slow. */
const patienceMs = 15 * 60_000

/**
 * Asks a server that a member named.
 * @throws DomainError `unavailable` when it cannot be reached, `invalid` when it must not be
 */
export async function askServer(
  { fetch, log }: Pick<Context, 'fetch' | 'log'>,
  url: string,
  init: GuardedInit,
): Promise<GuardedResponse> {
  try {
    return await fetch(url, { timeoutMs: 60_000, ...init })
  } catch (error) {
    if (!(error instanceof FetchError)) throw error
    log.info({ err: error }, 'A server that keeps recovery kits could not be asked')
    const { host } = new URL(url)
    if (!error.retryable) throw new DomainError('invalid', `${host} is nowhere that kits are sent to.`)
    throw new DomainError('unavailable', `${host} cannot be reached.`)
  }
}

/** PUTs a file of this machine as it is read. @throws DomainError as `askServer` does */
export async function putFile(
  ctx: Pick<Context, 'fetch' | 'log'>,
  url: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<GuardedResponse> {
  const body = await openAsBlob(path, { type: 'application/octet-stream' })
  return askServer(ctx, url, { method: 'PUT', headers, body, timeoutMs: patienceMs })
}

/** Whether trying again later may help. */
export function refusal(
  host: string,
  status: number,
  sentences: Readonly<Record<number, string>>,
): DomainError {
  const mayPass = status >= 500 || status === 429 || status === 408
  const sentence = sentences[status] ?? `${host} did not take it (it answered ${status}).`
  return new DomainError(mayPass && status !== 507 ? 'unavailable' : 'invalid', sentence)
}
