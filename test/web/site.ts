import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import { pino } from 'pino'
import { loadConfig } from '../../src/config.ts'
import type { Db } from '../../src/context.ts'
import { connect } from '../../src/db/connect.ts'
import { DomainError } from '../../src/lib/errors.ts'
import { createIdGenerator } from '../../src/lib/ids.ts'
import { insertAccount, type Actor } from '../../src/store/actors.ts'
import { insertPost } from '../../src/store/statuses.ts'
import { renderErrorPage } from '../../src/web/pages/error.ts'
import { webRoutes } from '../../src/web/routes.ts'
import { createTestDatabase } from '../support/postgres.ts'

const statuses: Readonly<Record<string, number>> = { not_found: 404, gone: 410, invalid: 400 }

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string }

type PostFields = Partial<Omit<Parameters<typeof insertPost>[1], 'id' | 'actorId'>>

/** The pages on a real server over a database of their own. */
export type Site = AsyncDisposable & {
  readonly db: Db
  readonly origin: string
  readonly handleDomain: string
  get(path: string, init?: RequestInit): Promise<Answer>
  addPerson(username: string, changes?: { displayName?: string; type?: string }): Promise<Actor>
  /** @returns its id */
  addPost(author: Actor, source: string, fields?: PostFields): Promise<string>
}

export async function startSite(): Promise<Site> {
  const database = await createTestDatabase()
  const { connectionString } = database
  const log = pino({ level: 'silent' })
  const { db, close } = await connect({ connectionString, poolSize: 4, applicationName: 'web', log })
  const config = loadConfig({ ORIGIN: 'https://kelp.example' })
  const newId = createIdGenerator(0)
  const now = () => new Date()
  const app = express()
  app.disable('x-powered-by')
  app.use(webRoutes({ config, db, now }), showError)
  const server = app.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    db,
    origin: config.origin,
    handleDomain: config.handleDomain,
    get: async (path, init) => {
      const response = await fetch(address + path, { redirect: 'manual', ...init })
      return { status: response.status, headers: response.headers, text: await response.text() }
    },
    addPerson: (username, changes = {}) =>
      db.transaction().execute((tx) => {
        const account = { id: newId(), username, type: 'Person', displayName: username, createdAt: now() }
        return insertAccount(tx, { ...account, ...changes })
      }),
    addPost: async (author, source, fields = {}) => {
      const id = newId()
      const post = {
        id,
        actorId: author.id,
        source,
        visibility: 'public',
        mentions: '[]',
        createdAt: now(),
      } as const
      await db.transaction().execute((tx) => insertPost(tx, { ...post, ...fields }))
      return id
    },
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => server.close(resolve))
      await close()
      await database.drop()
    },
  }
}

const showError: ErrorRequestHandler = (error, _request, response, _next) => {
  if (!(error instanceof DomainError)) throw error
  const status = statuses[error.code] ?? 500
  response.status(status).type('html').send(renderErrorPage(status, error.message))
}
