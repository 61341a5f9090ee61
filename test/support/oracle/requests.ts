import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export type RequestRecorder = Disposable & {
  /** Statuses that the server answered with. */
  answers(): number[]
  /** Addresses that something here asked for by GET, from any other server. */
  fetches(): string[]
}

type Finished = { readonly response: ServerResponse; readonly server: Server }
type Created = { readonly request: { method: string; origin: string | URL; path: string } }

const answered = 'http.server.response.finish'
const asked = 'undici:request:create'

/** @param port of the server whose answers count; tests have other servers in the same process */
export function recordRequests(port: number): RequestRecorder {
  const answers: number[] = []
  const fetches: string[] = []
  const onAnswer = (message: unknown): void => {
    const { response, server } = message as Finished
    if ((server.address() as AddressInfo | null)?.port === port) answers.push(response.statusCode)
  }
  const onRequest = (message: unknown): void => {
    const { method, origin, path } = (message as Created).request
    if (method === 'GET' && new URL(origin).port !== String(port)) fetches.push(`${String(origin)}${path}`)
  }
  subscribe(answered, onAnswer)
  subscribe(asked, onRequest)
  return {
    answers: () => answers,
    fetches: () => fetches,
    [Symbol.dispose]: () => {
      unsubscribe(answered, onAnswer)
      unsubscribe(asked, onRequest)
    },
  }
}
