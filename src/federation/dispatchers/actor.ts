import type { Federation } from '@fedify/fedify'
import { Object as ApObject, isActor } from '@fedify/vocab'
import type { DocumentLoader } from '@fedify/vocab-runtime'
import type { Context } from '../../context.ts'
import { findAccount } from '../../store/actors.ts'
import { instanceUsername } from '../../domain/accounts/addresses.ts'
import { listCurrentKeys } from '../../store/keys.ts'
import { noDocumentLoader } from '../loaders.ts'
import { writeActor } from '../vocab/write-actor.ts'

/** `/users/:name`, and WebFinger for it. Fedify keeps a document that it was made from and serves it as it is. */
export function describeActors(federation: Federation<Context>, contextLoader: DocumentLoader): void {
  federation
    .setActorDispatcher('/users/{identifier}', async ({ data: ctx }, identifier) => {
      const account = await findAccount(ctx.db, identifier)
      if (account === undefined || account.type === 'Application' || account.username !== identifier)
        return null
      const json = writeActor(ctx.config, account, await listCurrentKeys(ctx.db, account.id))
      const actor = await ApObject.fromJsonLd(json, { contextLoader, documentLoader: noDocumentLoader })
      return isActor(actor) ? actor : null
    })
    .mapHandle(async ({ data: ctx }, name) => {
      if (name.toLowerCase() === new URL(ctx.config.origin).hostname) return null
      const account = await findAccount(ctx.db, name)
      return account === undefined || account.username === instanceUsername ? null : account.username
    })
}
