import { localUrlOf } from './address.ts'
import { firstString } from './fields.ts'
import { objectsOf } from './values.ts'

/**
 * Where people read something, on the host of its `id`: its address, or the first page for people among its links, which
 * PeerTube lists together with the files and Funkwhale with the feeds.
 */
export function pageOf(node: Record<string, unknown>, id: string): string | undefined {
  const page = objectsOf(node, 'url').find((link) =>
    /^text\/html\b/.test(firstString(link, 'mediaType') ?? ''),
  )
  return localUrlOf(node, 'url', id) ?? (page && localUrlOf(page, 'href', id))
}
