import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import type { KitCopy, Secret } from './destinations.ts'
import { askServer, putFile, refusal } from './put-file.ts'

type Headers = Readonly<Record<string, string>>

/**
 * Puts a copy into a folder by https://www.rfc-editor.org/rfc/rfc4918: under another name until all of it is there, so
 * that the one from before stays whole. Servers that cannot rename get it directly.
 * @throws DomainError
 */
export async function sendByWebdav(
  ctx: Context,
  { folder, username, password }: Secret<'webdav'>,
  { fileName, path, size }: KitCopy,
): Promise<void> {
  const target = new URL(encodeURIComponent(fileName), folder).href
  const draft = `${target}.part`
  const credentials = Buffer.from(`${username}:${password}`).toString('base64')
  const headers: Headers = { Authorization: `Basic ${credentials}` }
  await put(ctx, draft, path, headers)
  if (!(await rename(ctx, draft, target, headers))) {
    await put(ctx, target, path, headers)
    await askServer(ctx, draft, { method: 'DELETE', headers })
  }
  const kept = await measure(ctx, target, headers)
  if (kept !== undefined && kept !== size)
    throw new DomainError('unavailable', `${new URL(target).host} did not keep all of it.`)
}

async function put(ctx: Context, url: string, path: string, headers: Headers): Promise<void> {
  const { host } = new URL(url)
  const answer = await putFile(ctx, url, path, headers)
  if (answer.ok) return
  throw refusal(host, answer.status, {
    401: `${host} does not accept the name and password.`,
    403: `${host} does not let this name write there.`,
    404: `${host} has no such folder.`,
    409: `${host} has no such folder.`,
    413: `The kit is larger than ${host} takes.`,
    507: `${host} has no more room.`,
  })
}

/** @returns false where the server does not rename */
async function rename(ctx: Context, from: string, to: string, headers: Headers): Promise<boolean> {
  const moving = { ...headers, Destination: to, Overwrite: 'T' }
  const answer = await askServer(ctx, from, { method: 'MOVE', headers: moving })
  if (answer.ok) return true
  if (answer.status >= 500 && answer.status !== 501) throw refusal(new URL(to).host, answer.status, {})
  return false
}

/** How large a file is there, in bytes: 0 for none, undefined when the server does not say. */
async function measure(ctx: Context, url: string, headers: Headers): Promise<number | undefined> {
  const found: { size?: number | undefined } = {}
  const answer = await askServer(ctx, url, {
    method: 'HEAD',
    headers: { ...headers, 'Accept-Encoding': 'identity' },
    sink: {
      begin: ({ contentLength }) => {
        found.size = contentLength
      },
      write: () => undefined,
    },
  })
  return answer.status === 404 || answer.status === 410 ? 0 : found.size
}
