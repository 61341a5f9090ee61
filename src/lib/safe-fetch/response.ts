import { FetchError } from './fetch-error.ts'
import type { Exchanged } from './exchange.ts'

const decoder = new TextDecoder()

/** An answer that is here in full: nothing about it is still on its way. */
export class GuardedResponse {
  readonly status: number
  /** Without `Set-Cookie`, `Accept-Signature` and what described the body on the wire. */
  readonly headers: Headers
  /** Where the answer came from, after redirects, without a fragment. */
  readonly url: string
  /** Decoded. Of an answer that is not 2xx at most its first 4 KiB. */
  readonly body: Buffer

  constructor({ status, headers, body }: Exchanged, url: string) {
    this.status = status
    this.headers = headers
    this.url = url
    this.body = body
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300
  }

  text(): string {
    return decoder.decode(this.body)
  }

  /** @throws FetchError `decode` */
  json(): unknown {
    try {
      return JSON.parse(this.text())
    } catch (cause) {
      const host = new URL(this.url).host
      throw new FetchError('decode', `${host}: the answer is not JSON`, { cause, status: this.status })
    }
  }
}
