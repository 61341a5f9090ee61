import { createFederation, type Federation } from '@fedify/fedify'
import type { Context } from '../context.ts'
import { describeActors } from './dispatchers/actor.ts'
import { describeCollections } from './dispatchers/collections.ts'
import { describeNodeInfo } from './dispatchers/node-info.ts'
import { PostgresKvStore } from './kv.ts'
import { createContextLoader, noDocumentLoader } from './loaders.ts'

/**
 * What Fedify answers for us: WebFinger, NodeInfo, actors and their collections. It is given no queue and no inbox
 * listener, since what arrives and what leaves is ours, and nothing to load documents with.
 */
export function buildFederation(ctx: Context): Federation<Context> {
  const contextLoader = createContextLoader(ctx)
  const { origin, handleDomain } = ctx.config
  const federation = createFederation<Context>({
    kv: new PostgresKvStore(ctx.db),
    origin: { webOrigin: origin, handleHost: handleDomain },
    contextLoaderFactory: () => contextLoader,
    documentLoaderFactory: () => noDocumentLoader,
    authenticatedDocumentLoaderFactory: () => noDocumentLoader,
  })
  describeActors(federation, contextLoader)
  describeCollections(federation, contextLoader)
  describeNodeInfo(federation)
  return federation
}
