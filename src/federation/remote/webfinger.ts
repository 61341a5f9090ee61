import type { Context } from '../../context.ts'
import { asObject } from '../../lib/as-object.ts'
import { DomainError, messageOf } from '../../lib/errors.ts'

/** Where a handle leads: the actor, and the handle as its own server writes it. */
export type Finger = { readonly actorUri: string; readonly username: string; readonly domain: string }

/** `name@domain` in its parts; undefined for anything that cannot be a handle. */
export function parseHandle(handle: string): { username: string; domain: string } | undefined {
  const match = /^@?([^@\s/]{1,100})@([^@\s/]{1,253})$/.exec(handle.trim())
  const [, username, domain] = match ?? []
  const url = domain === undefined ? null : URL.parse(`https://${domain}`)
  return username === undefined || url === null ? undefined : { username, domain: url.host }
}

/**
 * Asks a domain who a handle of it is: RFC 7033, with the `self` link of
 * https://www.w3.org/community/reports/socialcg/CG-FINAL-apwf-20240608/
 * @throws DomainError `not_found` when the domain says that it has nobody of that name, `unavailable` when it does not
 *   answer
 */
export async function finger(ctx: Context, username: string, domain: string): Promise<Finger> {
  const resource = `acct:${username}@${domain}`
  const document = await requestDocument(ctx, domain, resource)
  const links = Array.isArray(document['links']) ? (document['links'] as unknown[]) : []
  const actorUri = links.map(readSelfLink).find((href) => href !== undefined)
  if (actorUri === undefined)
    throw new DomainError('not_found', `${username}@${domain} is not a fediverse account.`)
  const subject = /^acct:([^@]+)@(.+)$/.exec(String(document['subject'] ?? '')) ?? [
    resource,
    username,
    domain,
  ]
  return { actorUri, username: subject[1] ?? username, domain: (subject[2] ?? domain).toLowerCase() }
}

async function requestDocument(
  ctx: Context,
  domain: string,
  resource: string,
): Promise<Record<string, unknown>> {
  const unavailable = `${domain} does not answer.`
  for (const scheme of ctx.config.allowPrivateAddress ? ['http', 'https'] : ['https']) {
    try {
      const url = `${scheme}://${domain}/.well-known/webfinger?resource=${encodeURIComponent(resource)}`
      const headers = { accept: 'application/jrd+json, application/json' }
      const response = await ctx.fetch(url, { headers, redirect: { max: 5 } })
      if (response.status === 404 || response.status === 410 || response.status === 400) {
        throw new DomainError('not_found', `There is no ${resource.slice('acct:'.length)}.`)
      }
      if (response.ok) return asObject(response.json())
    } catch (error) {
      if (error instanceof DomainError) throw error
      ctx.log.debug({ domain, reason: messageOf(error) }, 'WebFinger failed')
    }
  }
  throw new DomainError('unavailable', unavailable)
}

function readSelfLink(link: unknown): string | undefined {
  const { rel, type, href } = asObject(link)
  const isActor = rel === 'self' && typeof type === 'string' && /^application\/(activity|ld)\+json/.test(type)
  return isActor && typeof href === 'string' && URL.canParse(href) ? href : undefined
}
