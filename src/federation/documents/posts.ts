import express, { type Request, type RequestHandler, type Router } from 'express'
import type { Context } from '../../context.ts'
import { isBoost, isOpen } from '../../domain/policy/visibility.ts'
import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import { viewLinkedStatuses, type LinkedView } from '../../domain/statuses/link-views.ts'
import { viewReplies } from '../../domain/statuses/view.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import { findStatus, type Status } from '../../store/statuses.ts'
import { isRefusal } from '../inbox/refusal.ts'
import { wantsDocument } from '../negotiate.ts'
import { sendDocument } from '../send-document.ts'
import { sendRefusal } from '../send-refusal.ts'
import type { Viewers } from '../viewers.ts'
import { writeAnnounce } from '../vocab/write-interaction.ts'
import { noteContext } from '../vocab/write-contexts.ts'
import { writeCreate, writeNote, writeReplies, writeTombstone } from '../vocab/write-note.ts'

/** Posts: documents whose answer depends on who asks. */
export function postRoutes(ctx: Context, viewers: Viewers): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get(
    '/users/:name/statuses/:id',
    ofPost(ctx, viewers, (view) => writeBoost(ctx, view) ?? writeOwn(ctx, view)),
  )
  router.get(
    '/users/:name/statuses/:id/activity',
    ofPost(ctx, viewers, (view) => writeBoost(ctx, view) ?? writeCreate(ctx.config, view)),
  )
  router.get(
    '/users/:name/statuses/:id/replies',
    ofPost(ctx, viewers, async (view) => writeReplies(view, await viewReplies(ctx, view.status))),
  )
  return router
}

function writeOwn({ config }: Context, view: LinkedView): object {
  return { '@context': noteContext, ...writeNote(config, view) }
}

/** The document of a boost is its Announce, as with Mastodon. */
function writeBoost({ config }: Context, view: LinkedView): object | undefined {
  return isBoost(view.status) ? writeAnnounce(config, view) : undefined
}

/**
 * A post for whoever may see it, by the same rule as everywhere else; for everybody else it is not there, and nothing
 * about the answer tells whether it is. People are sent on to its page by the handler that follows.
 */
function ofPost(
  ctx: Context,
  viewers: Viewers,
  write: (view: LinkedView) => object | Promise<object>,
): RequestHandler {
  return async (request, response, next) => {
    if (!wantsDocument(request)) return next()
    const view = await findNamedPost(ctx, request)
    if (view !== undefined && isForAnybody(view.status)) {
      const document = view.status.deletedAt === null ? await write(view) : writeGone(view)
      return sendDocument(response, document)
    }
    const viewer = await viewers.viewerOf(request, response)
    if (viewer !== undefined && isRefusal(viewer)) return sendRefusal(response, viewer)
    if (view === undefined) throw new DomainError('not_found', 'There is no such post.')
    await getVisibleStatus(ctx, view.status.id, viewer?.actorId)
    const isPublic = viewer === undefined && isOpen(view.status)
    sendDocument(response, await write(view), isPublic ? {} : { audience: 'signer' })
  }
}

/** A boost is for those who may see what it boosts, which may change; what is gone says no more than that. */
function isForAnybody(status: Status): boolean {
  return isOpen(status) && (status.deletedAt !== null || !isBoost(status))
}

function writeGone(view: LinkedView): object {
  return { '@context': noteContext, ...writeTombstone(view) }
}

async function findNamedPost(ctx: Context, request: Request): Promise<LinkedView | undefined> {
  const { name, id } = request.params
  const status = isId(String(id)) ? await findStatus(ctx.db, String(id)) : undefined
  const [view] = status?.isLocal === true ? await viewLinkedStatuses(ctx, [status]) : []
  if (view === undefined || view.author.username !== name) return undefined
  return view.author.hidden && view.status.deletedAt === null ? undefined : view
}
