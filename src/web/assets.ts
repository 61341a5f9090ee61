import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { RequestHandler } from 'express'
import { raw, type Html } from './html.ts'

const types = { css: 'text/css; charset=utf-8', svg: 'image/svg+xml' } as const

type Asset = { readonly path: string; readonly type: string; readonly digest: string; readonly body: Buffer }

/** Named by what is in it, so that it may be kept for ever: `/assets/mark.1f3a9c0e5b7d.svg`. */
function loadAsset(name: string, extension: keyof typeof types): Asset {
  const body = readFileSync(new URL(`./assets/${name}.${extension}`, import.meta.url))
  const digest = createHash('sha256').update(body).digest('hex').slice(0, 12)
  return { path: `/assets/${name}.${digest}.${extension}`, type: types[extension], digest, body }
}

const style = loadAsset('holdfast', 'css')
const mark = loadAsset('mark', 'svg')
const served = new Map([style, mark].map((asset) => [asset.path, asset]))

export const stylePath = style.path
export const markPath = mark.path

/** A drawing that stands in the page itself, where it takes the page's colours. */
export const kelpDrawing: Html = raw(readFileSync(new URL('./assets/kelp.svg', import.meta.url), 'utf8'))

export const sendAsset: RequestHandler = (request, response, next) => {
  const asset = served.get(request.path)
  if (asset === undefined) return next()
  response.set({
    'Content-Type': asset.type,
    'Cache-Control': 'public, max-age=31536000, immutable',
    ETag: `"${asset.digest}"`,
  })
  response.send(asset.body)
}
