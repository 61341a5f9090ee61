import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import {
  deleteAccountDomainBlock,
  insertAccountDomainBlock,
  countTiesToDomain,
} from '../../store/account-domain-blocks.ts'
import type { Actor } from '../../store/actors.ts'
import { enqueue } from '../../store/jobs.ts'
import { deleteNotificationsFromDomain } from '../../store/notification-sources.ts'
import { notifyOfSeverance } from '../notifications/notify.ts'

/**
 * A member wants nothing of a whole domain: what they were told of people there is gone, and follows end both ways, one
 * after the other. The servers concerned are told of each.
 * @throws DomainError `invalid` for what is no domain, or is ours
 */
export async function blockDomainFor(ctx: Context, account: Actor, typed: string): Promise<void> {
  const domain = readDomain(ctx, typed)
  await transact(ctx, async (tx) => {
    const block = { id: tx.newId(), accountId: account.id, domain, createdAt: tx.now() }
    await insertAccountDomainBlock(tx.db, block)
    await deleteNotificationsFromDomain(tx.db, account.id, domain)
    const ties = await countTiesToDomain(tx.db, account.id, domain)
    if (ties.following + ties.followers === 0) return
    await enqueue(tx, 'domain.shunned', { accountId: account.id, domain })
    await notifyOfSeverance(tx, {
      accountId: account.id,
      type: 'user_domain_block',
      targetName: domain,
      followersCount: ties.followers,
      followingCount: ties.following,
    })
  })
}

/** Nothing happens when it is not blocked; the follows that ended do not begin again. */
export async function allowDomainFor(ctx: Context, account: Actor, typed: string): Promise<void> {
  await deleteAccountDomainBlock(ctx.db, account.id, readDomain(ctx, typed))
}

/** How many follows would end. @throws DomainError as `blockDomainFor` */
export async function countTiesTo(
  ctx: Context,
  account: Actor,
  typed: string,
): Promise<{ following: number; followers: number }> {
  return countTiesToDomain(ctx.db, account.id, readDomain(ctx, typed))
}

/** As it stands in the rows of actors: lower case, Punycode, with a port if it has one. */
function readDomain({ config }: Pick<Context, 'config'>, typed: string): string {
  const url = URL.parse(`http://${typed.trim()}`)
  if (url === null || url.host === '' || url.href !== `http://${url.host}/`)
    throw new DomainError('invalid', 'Validation failed: Domain is not a valid domain name')
  if (url.host === config.handleDomain || url.host === new URL(config.origin).host)
    throw new DomainError('invalid', 'Validation failed: Domain is this server')
  return url.host
}
