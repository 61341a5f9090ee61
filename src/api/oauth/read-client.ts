import type { ClientCredentials } from '../../domain/auth/authenticate-app.ts'
import { read, text } from '../input.ts'
import type { Call } from '../route.ts'

/**
 * What an app says of itself, in the body or as HTTP Basic, both halves form-encoded
 * (https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1). What is missing is as good as wrong.
 */
export function readClient({ input, request }: Pick<Call, 'input' | 'request'>): ClientCredentials {
  const given = read(input, { client_id: text(200), client_secret: text(200) })
  const [, basic] = /^Basic +([\w+/=-]+)$/i.exec(request.headers.authorization ?? '') ?? []
  const [id, secret] = basic === undefined ? [] : Buffer.from(basic, 'base64').toString().split(':', 2)
  return {
    clientId: given.client_id ?? decode(id),
    clientSecret: given.client_secret ?? decode(secret),
  }
}

function decode(text = ''): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' ')).replaceAll('\0', '')
  } catch {
    return ''
  }
}
