import express, { type RequestHandler, type Router } from 'express'
import type { Context } from '../context.ts'
import { describeNode } from './dispatchers/node-info.ts'
import { activityType, sendDocument } from './send-document.ts'

/** What Fedify leaves to us of how others find out about this place: always open, and the same for everybody. */
export function discoveryRoutes(ctx: Context): Router {
  const router = express.Router({ caseSensitive: true, strict: true })
  router.get('/.well-known/webfinger', fingerInstance(ctx))
  router.get('/.well-known/host-meta', sendHostMeta(ctx))
  router.get('/.well-known/nodeinfo', sendNodeInfoIndex(ctx))
  router.get('/nodeinfo/2.0', sendNodeInfo20(ctx))
  return router
}

const jrd = { type: 'application/jrd+json' }

/** The instance's own actor, by its id or by the handle that is named after its domain; members are Fedify's. */
function fingerInstance({ config }: Context): RequestHandler {
  const { origin, handleDomain } = config
  const subject = `acct:${handleDomain}@${handleDomain}`
  const { host } = new URL(origin)
  const names = [`${origin}/actor`, subject, `acct:${host}@${host}`, `acct:${host}@${handleDomain}`]
  const self = { rel: 'self', type: activityType, href: `${origin}/actor` }
  return (request, response, next) => {
    const { resource } = request.query
    if (typeof resource !== 'string' || !names.includes(resource)) return next()
    sendDocument(response, { subject, aliases: [`${origin}/actor`], links: [self] }, jrd)
  }
}

/** https://www.rfc-editor.org/rfc/rfc6415: how some servers find WebFinger. */
function sendHostMeta({ config }: Context): RequestHandler {
  return (_request, response) => {
    const template = `${config.origin}/.well-known/webfinger?resource={uri}`
    response.set('Cache-Control', 'public, max-age=86400').type('application/xrd+xml')
      .send(`<?xml version="1.0" encoding="UTF-8"?>
<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">
  <Link rel="lrdd" template="${template}"/>
</XRD>
`)
  }
}

const nodeInfoSchema = 'http://nodeinfo.diaspora.software/ns/schema/'

/** https://nodeinfo.diaspora.software/protocol.html: readers that know 2.0 only take the first that they know. */
function sendNodeInfoIndex({ config }: Context): RequestHandler {
  const links = ['2.0', '2.1'].map((version) => ({
    rel: nodeInfoSchema + version,
    href: `${config.origin}/nodeinfo/${version}`,
  }))
  return (_request, response) => sendDocument(response, { links }, jrd)
}

/** https://nodeinfo.diaspora.software/docson/index.html#/ns/schema/2.0: the same without what 2.1 added. */
function sendNodeInfo20(ctx: Context): RequestHandler {
  const type = `application/json; profile="${nodeInfoSchema}2.0#"`
  return async (_request, response) => {
    sendDocument(response, { version: '2.0', ...(await describeNode(ctx)) }, { type })
  }
}
