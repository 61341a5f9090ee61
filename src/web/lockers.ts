import { pipeline } from 'node:stream/promises'
import express, { type Request, type RequestHandler, type Response, type Router } from 'express'
import type { Context } from '../context.ts'
import { handOutKit } from '../domain/lockers/hand-out-kit.ts'
import { admitDeposit, depositKit, LockerFull, readClaimDigest } from '../domain/lockers/deposit-kit.ts'
import { readSettings } from '../domain/instance/settings.ts'
import { clientNetwork } from '../lib/client-network.ts'
import { DomainError } from '../lib/errors.ts'
import { createRateLimit, type RateLimit } from '../lib/rate-limit.ts'
import { createSlots } from '../lib/slots.ts'
import { minuteMs } from '../lib/time.ts'

/** How many kits come or go at the same time. */
const traffic = { total: 8, perKey: 2, maxWaiting: 16 }

/**
 * Kits that members of other instances keep here: `PUT /lockers/<id>` with the token of the locker, and
 * `POST /lockers/open` with what a passphrase gives. Programs of other servers ask, so that no page is shown.
 */
export function lockerRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true })
  const slots = createSlots(traffic)
  router.use('/lockers', (_request, response, next) => {
    response.set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
    next()
  })
  router.post('/lockers/open', limitOpening(), express.json({ limit: '1kb' }), open(ctx, slots))
  router.put('/lockers/:id', limitDeposits(), deposit(ctx, slots))
  return router
}

/** Guesses, from one network and from everywhere. */
function limitOpening(): RequestHandler {
  const networks = createRateLimit({ limit: 20, perMs: 10 * minuteMs })
  const all = createRateLimit({ limit: 600, perMs: 10 * minuteMs })
  return (request, _response, next) => {
    takeOne(networks, clientNetwork(request.ip ?? ''))
    takeOne(all, '')
    next()
  }
}

function limitDeposits(): RequestHandler {
  const networks = createRateLimit({ limit: 60, perMs: 5 * minuteMs })
  return (request, _response, next) => {
    takeOne(networks, clientNetwork(request.ip ?? ''))
    next()
  }
}

function takeOne(limit: RateLimit, key: string): void {
  if (!limit.take(key)) throw new DomainError('limited', 'Too many attempts: wait a while, then try again.')
}

type Slots = ReturnType<typeof createSlots>

/** @throws DomainError `unavailable` */
async function enter(slots: Slots, request: Request, response: Response): Promise<() => void> {
  const left = new AbortController()
  response.once('close', () => left.abort())
  const release = await slots.take(clientNetwork(request.ip ?? ''), left.signal)
  if (release === undefined)
    throw new DomainError('unavailable', 'Too many kits are on their way: try again later.')
  return release
}

function open(ctx: Context, slots: Slots): RequestHandler {
  return async (request, response) => {
    const release = await enter(slots, request, response)
    try {
      const { claim } = (request.body ?? {}) as { claim?: unknown }
      const { stream, size } = await handOutKit(ctx, claim, request.ip)
      response.set({ 'Content-Type': 'application/octet-stream', 'Content-Length': String(size) })
      await pipeline(stream, response).catch((error: unknown) => {
        ctx.log.debug({ err: error }, 'A kit was not sent to its end')
        response.destroy()
      })
    } finally {
      release()
    }
  }
}

function deposit(ctx: Context, slots: Slots): RequestHandler<{ id: string }> {
  return async (request, response) => {
    const token = /^Bearer ([\w-]{1,100})$/.exec(request.get('authorization') ?? '')?.[1] ?? ''
    try {
      const locker = await admitDeposit(ctx, request.params.id, token)
      const claimDigest = readClaimDigest(request.get('holdfast-claim') ?? '')
      const { lockerMib } = await readSettings(ctx)
      if (Number(request.get('content-length') ?? 0) > lockerMib * 1_048_576) throw new LockerFull(false)
      const release = await enter(slots, request, response)
      try {
        const content = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
        const bytes = await depositKit(ctx, locker, claimDigest, content)
        response.json({ bytes })
      } finally {
        release()
      }
    } catch (error) {
      refuse(request, response, error)
    }
  }
}

/** How long whoever still sends may take to hear the answer. */
const hearingMs = 5000

/** What is left of the body is not kept, and soon not even read. Nobody is there to hear it who broke off. */
function refuse(request: Request<{ id: string }>, response: Response, error: unknown): void {
  if (request.destroyed && !request.complete) return
  if (!request.complete) response.once('finish', () => setTimeout(() => request.destroy(), hearingMs).unref())
  if (!(error instanceof LockerFull)) throw error
  response.status(error.isEverywhere ? 507 : 413).json({ error: error.message })
}
