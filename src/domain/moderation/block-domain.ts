import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { deleteDomainBlock, insertDomainBlock, markActorsOfDomain } from '../../store/hosts.ts'

/**
 * From now on nothing is taken from this domain and its subdomains, and nothing that they said is shown.
 * @returns the domain as it is kept: lower case, Punycode
 * @throws DomainError `invalid` for what is no domain, or is ours
 */
export async function blockDomain(ctx: Context, domain: string, comment: string): Promise<string> {
  const host = normalizeDomain(domain)
  const ours = [ctx.config.handleDomain, new URL(ctx.config.origin).host]
  if (ours.some((own) => own === host || own.endsWith(`.${host}`))) {
    throw new DomainError('invalid', `${host} is this instance's own domain.`)
  }
  await transact(ctx, async (tx) => {
    await insertDomainBlock(tx.db, host, comment)
    await markActorsOfDomain(tx.db, host)
  })
  return host
}

/** What was said there is shown again. @throws DomainError `invalid` for what is no domain, `not_found` when it is not blocked */
export async function allowDomain(ctx: Context, domain: string): Promise<string> {
  const host = normalizeDomain(domain)
  const wasBlocked = await transact(ctx, async (tx) => {
    const isLifted = await deleteDomainBlock(tx.db, host)
    if (isLifted) await markActorsOfDomain(tx.db, host)
    return isLifted
  })
  if (wasBlocked) return host
  throw new DomainError('not_found', `${host} is not blocked.`)
}

function normalizeDomain(domain: string): string {
  const url = URL.parse(`http://${domain}`)
  if (url !== null && url.href === `http://${url.host}/` && url.host !== '') return url.host
  throw new DomainError('invalid', `${domain} is not a domain.`)
}
