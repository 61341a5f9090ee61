import type { Context } from '../../context.ts'
import { allowDomainFor, blockDomainFor, countTiesTo } from '../../domain/domain-blocks/block-domain-for.ts'
import { listAccountDomainBlocks } from '../../store/account-domain-blocks.ts'
import type { Actor } from '../../store/actors.ts'
import { ApiError } from '../errors.ts'
import { read, text } from '../input.ts'
import { page, readRange } from '../paging.ts'
import type { Call } from '../route.ts'

/** https://docs.joinmastodon.org/methods/domain_blocks/ */
export async function listBlockedDomains(ctx: Context, call: Call<Actor>) {
  const range = readRange(call.input, { usual: 100, max: 200 })
  const blocks = await listAccountDomainBlocks(ctx.db, call.viewer.id, range)
  return page(
    ctx.config,
    call,
    blocks.map(({ domain }) => domain),
    blocks.map(({ id }) => id),
  )
}

export async function addDomainBlock(ctx: Context, call: Call<Actor>) {
  await blockDomainFor(ctx, call.viewer, readDomain(call))
  return {}
}

export async function removeDomainBlock(ctx: Context, call: Call<Actor>) {
  await allowDomainFor(ctx, call.viewer, readDomain(call))
  return {}
}

/** What a block would end. */
export async function previewDomainBlock(ctx: Context, call: Call<Actor>) {
  const { following, followers } = await countTiesTo(ctx, call.viewer, readDomain(call))
  return { following_count: following, followers_count: followers }
}

function readDomain({ input }: Pick<Call, 'input'>): string {
  const { domain } = read(input, { domain: text(300) })
  if (domain === undefined) throw new ApiError(422, "Validation failed: Domain can't be blank")
  return domain
}
