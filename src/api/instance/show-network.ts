import { hash } from 'node:crypto'
import type { Context } from '../../context.ts'
import { loadActivity } from '../../domain/instance/load-usage.ts'
import { readSettings } from '../../domain/instance/settings.ts'
import { listDomainBlocks } from '../../store/hosts.ts'
import { listPeers } from '../../store/peers.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'

const maxPeers = 20_000

/** https://docs.joinmastodon.org/methods/instance/#peers */
export async function showPeers(ctx: Context) {
  return listPeers(ctx.db, maxPeers)
}

/** https://docs.joinmastodon.org/methods/instance/#activity. `logins` are members who used an app. */
export async function showActivity(ctx: Context) {
  return (await loadActivity(ctx)).map(({ week, posts, members, registrations }) => ({
    week: String(week.getTime() / 1000),
    statuses: String(posts),
    logins: String(members),
    registrations: String(registrations),
  }))
}

/** https://docs.joinmastodon.org/entities/DomainBlock/, for those to whom the admins show them. */
export async function showDomainBlocks(ctx: Context, { viewer }: Call) {
  const { showsDomainBlocks } = await readSettings(ctx)
  if (showsDomainBlocks === 'nobody' || (showsDomainBlocks === 'members' && viewer === undefined))
    throw recordNotFound()
  const blocks = await listDomainBlocks(ctx.db)
  return blocks.map(({ domain, comment }) => {
    return { domain, digest: hash('sha256', domain, 'hex'), severity: 'suspend', comment }
  })
}
