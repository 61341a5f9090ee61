import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Context } from '../../context.ts'
import type { Keyring } from '../../lib/keyring.ts'
import { absoluteUrl } from './absolute-url.ts'

/** What proxied addresses are made with. */
export type Proxying = Pick<Context, 'config' | 'keyring'>

/** Of HMAC-SHA-256, so many bytes: 160 bits, 27 characters. */
const MAC_BYTES = 20

const keys = new WeakMap<Keyring, Buffer>()

/**
 * Where members' browsers get what stands at `url`: `ORIGIN/proxy/<mac>/<base64url of the URL>`. Only addresses that
 * this made are served, so nobody uses us to fetch what they like. Addresses of ours pass as they are, and paths of ours
 * become addresses.
 * @param url any text; what is no address is answered with 404 there
 */
export function proxiedUrl(ctx: Proxying, url: string): string {
  const { origin } = ctx.config
  if (url.startsWith('/')) return absoluteUrl(ctx.config, url)
  if (url.startsWith(`${origin}/`)) return url
  return `${origin}/proxy/${macOf(ctx, url)}/${Buffer.from(url).toString('base64url')}`
}

/** The address that these two parts of a path of ours stand for; undefined unless we made them. */
export function readProxiedUrl(ctx: Proxying, mac: string, encoded: string): string | undefined {
  const url = Buffer.from(encoded, 'base64url').toString()
  const isCanonical = Buffer.from(url).toString('base64url') === encoded
  return isCanonical && isSame(mac, macOf(ctx, url)) ? url : undefined
}

function macOf({ keyring }: Proxying, url: string): string {
  const key = keys.get(keyring) ?? keyring.derive('media-proxy')
  keys.set(keyring, key)
  return createHmac('sha256', key).update(url).digest().subarray(0, MAC_BYTES).toString('base64url')
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
