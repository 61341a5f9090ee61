import type { AddressInfo } from 'node:net'
import express, { type ErrorRequestHandler } from 'express'
import type { Context } from '../../src/context.ts'
import { DomainError } from '../../src/lib/errors.ts'
import { insertAccount, type Actor } from '../../src/store/actors.ts'
import { insertPost } from '../../src/store/statuses.ts'
import { renderErrorPage } from '../../src/web/pages/error.ts'
import { webRoutes } from '../../src/web/routes.ts'
import { createTestContext } from '../support/context.ts'

const statuses: Readonly<Record<string, number>> = { not_found: 404, gone: 410, invalid: 400 }

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string }

type PostFields = Partial<Omit<Parameters<typeof insertPost>[1], 'id' | 'actorId'>>

/** The pages on a real server over a database of their own. */
export type Site = AsyncDisposable & {
  readonly ctx: Context
  /** Where it listens; the pages call themselves by `ctx.config.origin`. */
  readonly address: string
  get(path: string, init?: RequestInit): Promise<Answer>
  addPerson(username: string, changes?: { displayName?: string }): Promise<Actor>
  /** @returns its id */
  addPost(author: Actor, source: string, fields?: PostFields): Promise<string>
}

/** @param overrides in place of the process's own, such as a `fetch` that reaches servers of a test */
export async function startSite(overrides: Partial<Context> = {}): Promise<Site> {
  const { ctx, close } = await createTestContext(overrides)
  const { db, newId, now } = ctx
  const server = express().use(webRoutes(ctx), showError).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  return {
    ctx,
    address,
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
    },
  }
}

const showError: ErrorRequestHandler = (error, _request, response, _next) => {
  if (!(error instanceof DomainError)) throw error
  const status = statuses[error.code] ?? 500
  response.status(status).type('html').send(renderErrorPage(status, error.message))
}
