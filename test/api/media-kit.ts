import { issueToken } from '../../src/domain/auth/issue-token.ts'
import type { Actor } from '../../src/store/actors.ts'
import type { ApiAnswer } from '../support/api.ts'
import type { TestServer } from '../support/server.ts'

/** Fields of a form: text, or the bytes of a file that goes by a name and a type. */
export type Form = Readonly<Record<string, string | Uint8Array | Named>>
export type Named = { readonly bytes: Uint8Array; readonly name: string; readonly type: string }

/** Sends forms for a member, as an app does. */
export type Sender = (method: string, path: string, form?: Form) => Promise<ApiAnswer>

export async function sendsForms(server: TestServer, actor: Actor): Promise<Sender> {
  const token = await issueToken(server.ctx, actor.id, ['read', 'write'])
  return async (method, path, form) => {
    const response = await fetch(new URL(path, server.origin), {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(form && { body: fill(form) }),
    })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }
}

function fill(form: Form): FormData {
  const data = new FormData()
  for (const [name, value] of Object.entries(form)) {
    if (typeof value === 'string') data.set(name, value)
    else if (value instanceof Uint8Array) data.set(name, new Blob([new Uint8Array(value)]), 'file')
    else data.set(name, new Blob([new Uint8Array(value.bytes)], { type: value.type }), value.name)
  }
  return data
}

/** What stands at an address of ours. */
export async function download(url: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(url, { headers })
  return { response, bytes: Buffer.from(await response.arrayBuffer()) }
}
