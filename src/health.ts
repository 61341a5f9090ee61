import { sql } from 'kysely'
import type { RequestHandler } from 'express'
import type { Context } from './context.ts'

/** Alive: the process answers. */
export const sendLive: RequestHandler = (_request, response) => {
  response.set('Cache-Control', 'no-store').json({ status: 'alive' })
}

/** Ready: it can serve, that is, its database answers; migrations were done before it listened. */
export function sendReady(ctx: Context): RequestHandler {
  return async (_request, response) => {
    response.set('Cache-Control', 'no-store')
    try {
      await sql`select`.execute(ctx.db)
      response.json({ status: 'ready' })
    } catch (error) {
      ctx.log.warn({ err: error }, 'Not ready')
      response.status(503).json({ error: 'The database does not answer.' })
    }
  }
}
