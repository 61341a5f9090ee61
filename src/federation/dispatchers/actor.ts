import type { Federation } from '@fedify/fedify'
import { Object as ApObject, isActor } from '@fedify/vocab'
import type { DocumentLoader } from '@fedify/vocab-runtime'
import type { Context } from '../../context.ts'
import { findAccount } from '../../store/actors.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import { noDocumentLoader } from '../loaders.ts'
import { writeActor } from '../vocab/write-actor.ts'

/** `/users/:name`. Fedify keeps a document that it was made from and serves it as it is. */
export function describeActors(federation: Federation<Context>, contextLoader: DocumentLoader): void {
  federation.setActorDispatcher('/users/{identifier}', async ({ data: ctx }, identifier) => {
    const account = await findAccount(ctx.db, identifier)
    if (account === undefined || account.type === 'Application' || account.username !== identifier)
      return null
    const json = writeActor(ctx.config, account, await listCurrentKeys(ctx.db, account.id))
    const actor = await ApObject.fromJsonLd(json, { contextLoader, documentLoader: noDocumentLoader })
    return isActor(actor) ? actor : null
  })
}
