/** The part of activitypub-express 4 that the tests use; the package brings no types. */
declare module 'activitypub-express' {
  import type { Express, RequestHandler } from 'express'

  /** An ActivityStreams object as it keeps them: every property but id and type is an array. */
  export interface ApexObject {
    id: string
    type: string
    _meta?: { collection?: string[]; privateKey?: string }
    [property: string]: any
  }

  export interface ApexNet {
    [resource: string]: { get: RequestHandler[]; post: RequestHandler[] }
  }

  export interface Apex extends RequestHandler {
    net: ApexNet
    consts: { jsonldTypes: string[] }
    utils: { activityIdToIRI(id?: string): string; objectIdToIRI(id?: string): string }
    createActor(username: string, displayName: string, summary: string): Promise<ApexObject>
    buildActivity(type: string, actor: string, to: string[], etc: object): Promise<ApexObject>
    resolveObject(id: string): Promise<ApexObject>
    acceptFollow(actor: ApexObject, follow: ApexObject): Promise<{ postTask: () => Promise<unknown> }>
    addToOutbox(actor: ApexObject, activity: ApexObject): Promise<unknown>
    fromJSONLD(object: object): Promise<ApexObject>
  }

  export default function activitypubExpress(settings: Record<string, unknown>): Apex
}
