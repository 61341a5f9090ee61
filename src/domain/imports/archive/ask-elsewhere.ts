import type { Context } from '../../../context.ts'
import { DomainError } from '../../../lib/errors.ts'
import type { Actor } from '../../../store/actors.ts'
import { listOwnByFormerUri } from '../../../store/imported-posts.ts'
import type { Status } from '../../../store/statuses.ts'
import { findStatus } from '../../../store/statuses.ts'
import { findStatusIdByUri } from '../../accounts/resolve-local.ts'
import { archiveImportLimits } from './limits.ts'

/** Asks other servers on behalf of one import: so often in all, and those that do not answer not any more. */
export type Asking = {
  /** A status that we have or can have. */
  find(uri: string): Promise<Status | undefined>
  /** Runs `ask` if this server may be asked; that it threw or gave nothing counts against it. */
  knock<T>(url: string, ask: () => Promise<T | undefined>): Promise<T | undefined>
}

export function createAsking(ctx: Context, account: Actor): Asking {
  let left: number = archiveImportLimits.fetches
  const failures = new Map<string, number>()
  const knock = async <T>(url: string, ask: () => Promise<T | undefined>): Promise<T | undefined> => {
    const host = URL.parse(url)?.host ?? ''
    const failed = failures.get(host) ?? 0
    if (host === '' || left <= 0 || failed >= archiveImportLimits.patience) return undefined
    left--
    const answer = await orNothing(ask())
    if (answer === undefined) failures.set(host, failed + 1)
    return answer
  }
  return {
    knock,
    find: async (uri) => {
      const own = (await listOwnByFormerUri(ctx.db, account.id, [uri])).get(uri)
      const known = own ?? (await findStatusIdByUri(ctx, uri))
      if (known !== undefined) return findStatus(ctx.db, known)
      return knock(uri, () => ctx.remote.resolveStatus(uri))
    },
  }
}

async function orNothing<T>(work: Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await work
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
