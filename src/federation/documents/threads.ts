import express, { type Request, type Router } from 'express'
import type { Context } from '../../context.ts'
import { actorUri } from '../../domain/accounts/addresses.ts'
import { isOpen } from '../../domain/policy/visibility.ts'
import { threadContextUri } from '../../domain/threads/context-uri.ts'
import { listOpenThread } from '../../domain/threads/list-open-thread.ts'
import { isId } from '../../lib/ids.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findPost, type Status } from '../../store/statuses.ts'
import { sendDocument } from '../send-document.ts'
import { plainContext } from '../vocab/write-contexts.ts'

const pageSize = 200

/**
 * A thread that began here, as a collection of all that we know of it and anybody may read: FEP-7888, FEP-f228. A
 * thread that began elsewhere is kept there.
 */
export function threadRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/users/:name/statuses/:id/context', async (request, response, next) => {
    const root = await findRoot(ctx, request)
    if (root === undefined) return next()
    const uris = await listOpenThread(ctx, root.status)
    const page = pageOf(request)
    const id = threadContextUri(ctx.config, root.status, root.author)
    const attributedTo = actorUri(ctx.config, root.author)
    sendDocument(
      response,
      page === undefined
        ? writeWhole({ id, attributedTo, uris })
        : writePage({ id, attributedTo, uris, page }),
    )
  })
  return router
}

type Parts = { readonly id: string; readonly attributedTo: string; readonly uris: readonly string[] }

function writeWhole({ id, attributedTo, uris }: Parts): object {
  const head = { '@context': plainContext, id, type: 'OrderedCollection', attributedTo }
  return { ...head, totalItems: uris.length, first: `${id}?page=1` }
}

function writePage({ id, attributedTo, uris, page }: Parts & { readonly page: number }): object {
  const start = (page - 1) * pageSize
  const hasMore = uris.length > start + pageSize
  return {
    '@context': plainContext,
    id: `${id}?page=${page}`,
    type: 'OrderedCollectionPage',
    partOf: id,
    attributedTo,
    ...(hasMore && { next: `${id}?page=${page + 1}` }),
    orderedItems: uris.slice(start, start + pageSize),
  }
}

function pageOf(request: Request): number | undefined {
  const { page } = request.query
  return typeof page === 'string' && /^[1-9]\d?$/.test(page) ? Number(page) : undefined
}

/** A post of ours that answers nothing, and that anybody may read. */
async function findRoot(
  ctx: Context,
  request: Request,
): Promise<{ status: Status; author: Actor } | undefined> {
  const { name, id } = request.params
  const status = isId(String(id)) ? await findPost(ctx.db, String(id)) : undefined
  if (status === undefined || status.deletedAt !== null || status.boostOfId !== null) return undefined
  if (status.inReplyToId !== null || status.inReplyToUri !== null) return undefined
  if (!isOpen(status)) return undefined
  const author = await findActor(ctx.db, status.actorId)
  return author !== undefined && author.username === name ? { status, author } : undefined
}
