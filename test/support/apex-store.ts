import type { ApexObject } from 'activitypub-express'
import { preloadedContexts } from '@fedify/vocab-runtime'
import { randomBytes } from 'node:crypto'

interface Delivery {
  readonly address: string
  readonly actorId: string
  readonly body: string
  readonly signingKey: string
  attempt: number
  after: Date
}

/** How long it waits before it delivers again what failed, in ms. */
const RETRY_AFTER = 500

/**
 * The store that activitypub-express asks for (its `IApexStore`), in memory. Contexts come from Fedify's
 * collection, so that reading a document fetches nothing; an unknown one reads as empty and is remembered.
 */
export class ApexStore {
  readonly objects = new Map<string, ApexObject>()
  readonly activities = new Map<string, ApexObject>()
  readonly unknownContexts = new Set<string>()
  #deliveries: Delivery[] = []

  async getObject(id: string, withMeta?: boolean) {
    return copy(this.objects.get(id), withMeta)
  }
  async saveObject(object: ApexObject) {
    if (this.objects.has(object.id)) return false
    this.objects.set(object.id, structuredClone(object))
    return true
  }
  async updateObject(object: ApexObject, _actor: string | null, replace?: boolean) {
    const kept = this.objects.get(object.id)
    if (!kept) return undefined
    const updated = { ...(replace ? {} : kept), ...structuredClone(object) }
    this.objects.set(object.id, updated)
    for (const activity of this.activities.values())
      activity.object = activity.object?.map((inner: any) => (inner.id === object.id ? updated : inner))
    return updated
  }

  async getActivity(id: string, withMeta?: boolean) {
    return copy(this.activities.get(id), withMeta)
  }
  async saveActivity(activity: ApexObject) {
    if (this.activities.has(activity.id)) return undefined
    this.activities.set(activity.id, structuredClone(activity))
    return true
  }
  async updateActivity(activity: ApexObject, replace?: boolean) {
    const kept = replace ? {} : this.activities.get(activity.id)
    const updated = { ...kept, ...structuredClone(activity) }
    this.activities.set(activity.id, updated)
    return updated
  }
  async updateActivityMeta(activity: ApexObject, key: 'collection', value: string, remove?: boolean) {
    const kept = this.activities.get(activity.id)
    if (!kept) throw new Error(`no activity ${activity.id}`)
    const others = (kept._meta?.[key] ?? []).filter((entry) => entry !== value)
    kept._meta = { ...kept._meta, [key]: remove ? others : [...others, value] }
    return structuredClone(kept)
  }
  async removeActivity(activity: ApexObject, actor: string) {
    if (this.activities.get(activity.id)?.actor.includes(actor)) this.activities.delete(activity.id)
  }
  async findActivityByCollectionAndObjectId(collection: string, object: string) {
    return this.#stream(collection).find((activity) => activity.object?.includes(object))
  }
  async findActivityByCollectionAndActorId(collection: string, actor: string) {
    return this.#stream(collection).find((activity) => activity.actor.includes(actor))
  }
  async getStream(collection: string, limit?: number | null) {
    return structuredClone(
      this.#stream(collection)
        .reverse()
        .slice(0, limit ?? Infinity),
    )
  }
  async getStreamCount(collection: string) {
    return this.#stream(collection).length
  }
  #stream(collection: string) {
    return [...this.activities.values()].filter((activity) =>
      activity._meta?.collection?.includes(collection),
    )
  }

  /** The interface misspells it as `getUsercount`; this is the name under which it is called. */
  async getUserCount() {
    return [...this.objects.values()].filter((object) => object._meta?.privateKey).length
  }
  generateId() {
    return randomBytes(12).toString('hex')
  }
  async getContext(url: string) {
    if (!(url in preloadedContexts)) this.unknownContexts.add(url)
    return { documentUrl: url, document: preloadedContexts[url] ?? { '@context': {} } }
  }
  async saveContext() {}

  async deliveryEnqueue(actorId: string, body: string, addresses: string[], signingKey: string) {
    for (const address of addresses)
      this.#deliveries.push({ address, actorId, body, signingKey, attempt: 0, after: new Date() })
  }
  async deliveryDequeue() {
    const next = this.#deliveries.toSorted((a, b) => a.after.getTime() - b.after.getTime())[0]
    if (!next) return null
    if (next.after.getTime() > Date.now()) return { waitUntil: next.after }
    this.#deliveries = this.#deliveries.filter((delivery) => delivery !== next)
    return next
  }
  async deliveryRequeue(delivery: Delivery) {
    this.#deliveries.push({ ...delivery, after: new Date(Date.now() + RETRY_AFTER) })
  }
}

/** Keys are in `_meta`, which leaves the store only when it is asked for. */
function copy(object: ApexObject | undefined, withMeta = false) {
  if (!object) return undefined
  const { _meta, ...rest } = structuredClone(object)
  return withMeta && _meta ? { ...rest, _meta } : rest
}
