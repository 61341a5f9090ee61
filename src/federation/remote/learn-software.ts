import type { Context } from '../../context.ts'
import { asObject } from '../../lib/as-object.ts'
import { messageOf } from '../../lib/errors.ts'
import { saveNodeInfo } from '../../store/hosts.ts'

type Software = { readonly name: string | null; readonly version: string | null }

/**
 * Asks a host what it runs, by NodeInfo (https://nodeinfo.diaspora.software/protocol). That it does not say is no
 * error: what was known stays.
 */
export async function learnSoftware(ctx: Context, data: { host: string }): Promise<void> {
  const software = await askSoftware(ctx, data.host).catch((error: unknown) => {
    ctx.log.debug({ host: data.host, reason: messageOf(error) }, 'A host does not say what it runs')
    return { name: null, version: null }
  })
  await saveNodeInfo(ctx.db, data.host, software, ctx.now())
}

async function askSoftware(ctx: Context, host: string): Promise<Software> {
  const scheme = ctx.config.allowPrivateAddress ? 'http' : 'https'
  const index = await getJson(ctx, `${scheme}://${host}/.well-known/nodeinfo`)
  const link = listOf(index['links']).find(
    (entry) => isNodeInfo(entry['rel']) && isOnHost(entry['href'], host),
  )
  if (link === undefined) return { name: null, version: null }
  const document = await getJson(ctx, String(link['href']))
  const software = asObject(document['software'])
  return {
    name: wordOf(software['name'])?.toLowerCase() ?? null,
    version: wordOf(software['version']) ?? null,
  }
}

async function getJson(ctx: Context, url: string): Promise<Record<string, unknown>> {
  const response = await ctx.fetch(url, {
    headers: { accept: 'application/json' },
    redirect: { max: 3 },
    maxBytes: 64 * 1024,
  })
  return response.ok ? asObject(response.json()) : {}
}

function isNodeInfo(rel: unknown): boolean {
  return typeof rel === 'string' && rel.startsWith('http://nodeinfo.diaspora.software/ns/schema/2.')
}

function isOnHost(href: unknown, host: string): boolean {
  return typeof href === 'string' && URL.parse(href)?.host === host
}

function listOf(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.slice(0, 20).map(asObject) : []
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' && /^[\w.+~ -]{1,100}$/.test(value) ? value : undefined
}
