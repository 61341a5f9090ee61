import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Context } from '../context.ts'
import { instanceUsername } from '../domain/accounts/addresses.ts'
import { getVisibleStatus } from '../domain/statuses/get-visible.ts'
import { viewStatuses, type StatusView } from '../domain/statuses/view.ts'
import { DomainError } from '../lib/errors.ts'
import { isId } from '../lib/ids.ts'
import { findAccount } from '../store/actors.ts'
import { listCurrentKeys } from '../store/keys.ts'
import { findStatus, type Status } from '../store/statuses.ts'
import { describeNode } from './dispatchers/node-info.ts'
import { isRefusal } from './inbox/refusal.ts'
import { sendDocument } from './send-document.ts'
import { sendRefusal } from './send-refusal.ts'
import type { Viewers } from './viewers.ts'
import { writeActor } from './vocab/write-actor.ts'
import { noteContext } from './vocab/write-contexts.ts'
import { writeCreate, writeNote, writeTombstone } from './vocab/write-note.ts'

const activityTypes = ['application/activity+json', 'application/ld+json']

/** Documents that are ours alone to decide about: whose answer depends on who asks, or that live at a path of their own. */
export function documentRoutes(ctx: Context, viewers: Viewers): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/actor', sendInstanceActor(ctx))
  router.get(
    '/users/:name/statuses/:id',
    ofPost(ctx, viewers, (view) => ({ '@context': noteContext, ...writeNote(ctx.config, view) })),
  )
  router.get(
    '/users/:name/statuses/:id/activity',
    ofPost(ctx, viewers, (view) => writeCreate(ctx.config, view)),
  )
  router.get('/nodeinfo/2.0', sendNodeInfo20(ctx))
  router.get('/.well-known/host-meta', sendHostMeta(ctx))
  return router
}

/** Who signs when the instance itself asks: always open, since others need it to check that signature. */
function sendInstanceActor(ctx: Context): RequestHandler {
  return async (request, response) => {
    const actor = await findAccount(ctx.db, instanceUsername)
    if (actor === undefined) throw new DomainError('unavailable', 'The instance is not set up yet.')
    sendDocument(request, response, writeActor(ctx.config, actor, await listCurrentKeys(ctx.db, actor.id)))
  }
}

/**
 * A post for whoever may see it, by the same rule as everywhere else; for everybody else it is not there. People are
 * sent on to its page by the handler that follows.
 */
function ofPost(ctx: Context, viewers: Viewers, write: (view: StatusView) => object): RequestHandler {
  return async (request, response, next) => {
    const wanted = request.accepts(['text/html', ...activityTypes])
    if (wanted === false || wanted === 'text/html') return next()
    const view = await findNamedPost(ctx, request)
    if (view === undefined) throw notFound()
    if (view.status.deletedAt !== null) return sendTombstone(request, response, view)
    if (isOpen(view.status)) return sendDocument(request, response, write(view))
    const viewer = await viewers.viewerOf(request)
    if (viewer !== undefined && isRefusal(viewer)) return sendRefusal(response, viewer)
    await getVisibleStatus(ctx, view.status.id, viewer?.actorId)
    sendDocument(request, response, write(view), undefined, 'signer')
  }
}

function isOpen(status: Status): boolean {
  return status.visibility === 'public' || status.visibility === 'unlisted'
}

/** That a private post is gone is nobody's business either. */
function sendTombstone(request: Request, response: Response, view: StatusView): void {
  if (!isOpen(view.status)) throw notFound()
  sendDocument(request, response, { '@context': noteContext, ...writeTombstone(view) })
}

async function findNamedPost(ctx: Context, request: Request): Promise<StatusView | undefined> {
  const { name, id } = request.params
  const status = isId(String(id)) ? await findStatus(ctx.db, String(id)) : undefined
  const [view] = status?.isLocal === true ? await viewStatuses(ctx, [status]) : []
  return view?.author.username === name ? view : undefined
}

function notFound(): DomainError {
  return new DomainError('not_found', 'There is no such post.')
}

/** https://nodeinfo.diaspora.software/docson/index.html#/ns/schema/2.0: the same without what 2.1 added. */
function sendNodeInfo20(ctx: Context): RequestHandler {
  return async (request, response) => {
    const node = await describeNode(ctx)
    const profile = 'application/json; profile="http://nodeinfo.diaspora.software/ns/schema/2.0#"'
    sendDocument(request, response, { version: '2.0', ...node }, profile)
  }
}

/** https://www.rfc-editor.org/rfc/rfc6415: how some servers find WebFinger. */
function sendHostMeta(ctx: Context): RequestHandler {
  return (_request, response) => {
    const template = `${ctx.config.origin}/.well-known/webfinger?resource={uri}`
    response.set('Cache-Control', 'public, max-age=86400').type('application/xrd+xml')
      .send(`<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <Link rel="lrdd" template="${template}"/>
</XRD>
`)
  }
}
