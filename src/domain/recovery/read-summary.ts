import type { z } from 'zod'
import { DomainError } from '../../lib/errors.ts'
import { kitItems, type KitItem } from '../kits/kit-items.ts'
import type { PartKind } from '../kits/kit-format.ts'
import type { OpenKit } from '../kits/read-kit.ts'

/** What has to be known of a kit before it is believed, and how much of everything it holds. */
export type KitSummary = {
  readonly owner: OpenKit['owner']
  readonly profile: KitItem<'profile'>
  readonly keys: readonly KitItem<'key'>[]
  readonly letters: readonly KitItem<'letters'>[]
  /** By the kind of part. */
  readonly counts: Readonly<Record<string, number>>
}

const most = { key: 20, letters: 50 }

/**
 * Reads a kit to its end, which is when it is known to be whole.
 * @throws DomainError `invalid` when it is not, or says nothing of who it is of
 */
export async function readSummary(kit: OpenKit): Promise<KitSummary> {
  const held: Partial<Record<PartKind, unknown[]>> = {}
  for (;;) {
    const next = await kit.parts.next()
    if (next.done === true) {
      const [profile] = readItems('profile', held.profile ?? [])
      if (profile === undefined)
        throw new DomainError('invalid', 'This kit does not say whose it is: fetch another copy of it.')
      return {
        owner: kit.owner,
        profile,
        keys: readItems('key', (held.key ?? []).slice(0, most.key)),
        letters: readItems('letters', (held.letters ?? []).slice(0, most.letters)),
        counts: next.value.counts,
      }
    }
    const { kind, items } = next.value
    if (kind === 'profile' || kind === 'key' || kind === 'letters')
      held[kind] = [...(held[kind] ?? []), ...items.slice(0, 50)]
  }
}

/** Those items of a part that are as they should be. */
export function readItems<Kind extends PartKind>(kind: Kind, items: readonly unknown[]): KitItem<Kind>[] {
  const schema = kitItems[kind] as unknown as z.ZodType<KitItem<Kind>>
  return items.flatMap((item) => {
    const { data } = schema.safeParse(item)
    return data === undefined ? [] : [data]
  })
}
