import { issueToken } from '../../src/domain/auth/issue-token.ts'
import type { Actor } from '../../src/store/actors.ts'
import type { TestServer } from '../support/server.ts'

export type Answered = { readonly status: number; readonly body: unknown; readonly headers: Headers }
export type App = (method: string, path: string, body?: unknown) => Promise<Answered>

/** An app in the hands of a member, or of nobody. */
export async function openApp(server: TestServer, member?: Actor): Promise<App> {
  const token = member && (await issueToken(server.ctx, member.id, ['read', 'write', 'follow']))
  return async (method, path, body) => {
    const headers = {
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
    }
    const sent = { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) }
    const response = await fetch(server.origin + path, sent)
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
}
