import type { Context } from '../context.ts'
import { proxiedUrl } from '../domain/media/proxied-url.ts'

/** What the parts of a page are made with. */
export type Site = Pick<Context, 'config' | 'keyring' | 'now'>

/**
 * Where a browser gets a picture, video or sound: from us, whoever has it. Without our origin, so that a page shows
 * its pictures under whatever address it was asked for.
 */
export function mediaSource(site: Site, url: string): string {
  const address = proxiedUrl(site, url)
  const path = address.slice(site.config.origin.length)
  return path.startsWith('//') ? address : path
}
