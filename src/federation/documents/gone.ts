import express, { type RequestHandler, type Router } from 'express'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { wasDeleted } from '../../store/actors.ts'
import { wantsDocument } from '../negotiate.ts'
import { sendDocument } from '../send-document.ts'
import { plainContext } from '../vocab/write-contexts.ts'

/** Everything that was at the addresses of an account is gone with it, and they say so for good. */
export function goneRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  router.use('/users/:name', sendGone(ctx))
  router.use('/@:name', sendGone(ctx))
  return router
}

function sendGone(ctx: Context): RequestHandler {
  return async (request, response, next) => {
    const name = String(request.params['name'])
    const isName = /^[a-z0-9_]{1,30}$/i.test(name)
    if (!['GET', 'HEAD'].includes(request.method) || !isName || !(await wasDeleted(ctx.db, name)))
      return next()
    if (!wantsDocument(request)) throw new DomainError('gone', 'This account was deleted.')
    const id = `${ctx.config.origin}${request.originalUrl.split('?', 1)[0]}`
    sendDocument(response, { '@context': plainContext, id, type: 'Tombstone' })
  }
}
