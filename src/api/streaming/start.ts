import type { IncomingMessage, Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { Express, Request, Router } from 'express'
import type { Context } from '../../context.ts'
import type { Session } from '../../db/session.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import { streamChannel } from '../../store/stream-events.ts'
import { tokenRevoked } from '../../store/tokens.ts'
import { createAdmission } from './admit.ts'
import { StreamHub } from './hub.ts'
import { eventSources } from './sse.ts'
import { acceptUpgrades } from './websocket.ts'

const pingMs = 30_000
/** What nobody told us of, a suspension in the database itself say, is noticed after so long. */
const checkMs = 5000
/** How long peers are waited for who do not say goodbye. */
const farewellMs = 1000

/** The streams of one process that serves HTTP. */
export type Streaming = {
  readonly hub: StreamHub
  /** Server-Sent Events. */
  readonly routes: Router
  /** WebSockets. The server must be made with `shouldUpgradeCallback: isStreamingUpgrade`. */
  attach(server: Server, app: Express): void
  /** Says goodbye to everybody. */
  stop(): Promise<void>
}

/** @param session listens to what every process says */
export async function startStreaming(ctx: Context, session: Session): Promise<Streaming> {
  const hub = new StreamHub(ctx)
  const admission = createAdmission(ctx, hub)
  const check = (work: Promise<void>) =>
    void work.catch((error: unknown) => ctx.log.warn({ err: error }, 'Tokens could not be checked'))
  await session.listen(streamChannel, (payload) => hub.receive(payload))
  await session.listen(tokenRevoked, (id) => check(hub.forget(id)))
  const pings = setInterval(() => hub.ping(), pingMs).unref()
  const checks = setInterval(() => check(hub.checkTokens()), checkMs).unref()
  return {
    hub,
    routes: eventSources(ctx, hub, admission),
    attach(server, app) {
      server.on(
        'upgrade',
        acceptUpgrades({ ctx, hub, admission }, (request) => networkOf(app, request)),
      )
    },
    async stop() {
      clearInterval(pings)
      clearInterval(checks)
      const deadline = performance.now() + farewellMs + 500
      hub.closeAll(1001, 'The server stops')
      while (hub.size > 0 && performance.now() < deadline) await delay(20)
      await hub.settle()
    },
  }
}

/** Express knows which proxies are believed. */
function networkOf(app: Express, request: IncomingMessage): string {
  const known = Object.create(app.request, {
    headers: { value: request.headers },
    socket: { value: request.socket },
    connection: { value: request.socket },
  }) as Request
  return clientNetwork(known.ip ?? '')
}
