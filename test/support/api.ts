import { issueToken } from '../../src/domain/auth/issue-token.ts'
import type { Actor } from '../../src/store/actors.ts'
import { createMember } from './people.ts'
import type { TestServer } from './server.ts'

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'

/** What the API answered. */
export type ApiAnswer = { readonly status: number; readonly body: any; readonly headers: Headers }

/** An app in somebody's hands, or in nobody's. */
export type ApiClient = {
  /** @param input becomes a body of JSON */
  call(
    method: Method,
    path: string,
    input?: object,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ApiAnswer>
  /** The body of an answer that must be a 200. */
  get(path: string): Promise<any>
  /** The same of a POST. */
  post(path: string, input?: object): Promise<any>
}

/** Somebody who lives here, with an app that may do everything for them. */
export type ApiMember = ApiClient & { readonly actor: Actor }

export async function signUp(server: TestServer, username: string): Promise<ApiMember> {
  const actor = await createMember(server.ctx, username)
  const token = await issueToken(server.ctx, actor.id, ['read', 'write', 'follow', 'push'])
  return { actor, ...clientOf(server, { authorization: `Bearer ${token}` }) }
}

/** An app without a token. */
export function nobody(server: TestServer): ApiClient {
  return clientOf(server, {})
}

function clientOf(server: TestServer, always: Readonly<Record<string, string>>): ApiClient {
  const call: ApiClient['call'] = async (method, path, input, headers = {}) => {
    const body = input === undefined ? {} : { body: JSON.stringify(input) }
    const type = input === undefined ? {} : { 'content-type': 'application/json' }
    const options = { method, ...body, headers: { ...always, ...type, ...headers } }
    const response = await fetch(new URL(path, server.origin), options)
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
  const demand = async (method: Method, path: string, input?: object) => {
    const { status, body } = await call(method, path, input)
    if (status !== 200) throw new Error(`${method} ${path} was ${status}: ${JSON.stringify(body)}`)
    return body
  }
  return { call, get: (path) => demand('GET', path), post: (path, input) => demand('POST', path, input) }
}
