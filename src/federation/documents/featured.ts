import express, { type Request, type Router } from 'express'
import type { Context } from '../../context.ts'
import { featuredLimits } from '../../domain/featured/limits.ts'
import { viewStatuses } from '../../domain/statuses/view.ts'
import { findAccount, type Actor } from '../../store/actors.ts'
import { listFeaturedIds, listFeaturedTags } from '../../store/featured.ts'
import { listStatuses } from '../../store/statuses.ts'
import { listVisibleIds } from '../../store/threads.ts'
import { sendDocument } from '../send-document.ts'
import { writeFeatured, writeFeaturedTags } from '../vocab/write-featured.ts'

/** What an account shows first: the posts among it that anybody may read, and its hashtags. */
export function featuredRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/users/:name/collections/featured', async (request, response, next) => {
    const account = await findNamed(ctx, request)
    if (account === undefined) return next()
    sendDocument(response, writeFeatured(ctx.config, account, await listFeaturedUris(ctx, account)))
  })
  router.get('/users/:name/collections/tags', async (request, response, next) => {
    const account = await findNamed(ctx, request)
    if (account === undefined) return next()
    const tags = await listFeaturedTags(ctx.db, account.id, featuredLimits.tags)
    sendDocument(response, writeFeaturedTags(ctx.config, account, tags))
  })
  return router
}

async function findNamed(ctx: Context, request: Request): Promise<Actor | undefined> {
  const name = String(request.params['name'])
  const account = await findAccount(ctx.db, name)
  return account?.username === name && account.type !== 'Application' ? account : undefined
}

async function listFeaturedUris(ctx: Context, account: Actor): Promise<string[]> {
  const ids = await listFeaturedIds(ctx.db, account.id, featuredLimits.pins)
  const open = new Set(await listVisibleIds(ctx.db, ids, undefined, featuredLimits.pins))
  const statuses = new Map((await listStatuses(ctx.db, ids)).map((status) => [status.id, status]))
  const shown = ids.filter((id) => open.has(id)).flatMap((id) => statuses.get(id) ?? [])
  return (await viewStatuses(ctx, shown)).map(({ uri }) => uri)
}
