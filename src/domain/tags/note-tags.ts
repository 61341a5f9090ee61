import type { TxContext } from '../../context.ts'
import { listTagged, saveTags, type UsedTag } from '../../store/tags.ts'
import { spellTags } from './spell-tags.ts'

/** Remembers what tags these statuses use in public, and how those are written. */
export async function noteTags({ db }: Pick<TxContext, 'db'>, statusIds: readonly string[]): Promise<void> {
  const used = new Map<string, UsedTag>()
  const tagged = (await listTagged(db, statusIds)).sort((one, other) =>
    Number(BigInt(one.id) - BigInt(other.id)),
  )
  for (const { id, tags, text } of tagged)
    for (const [name, spelling] of spellTags(text, tags))
      used.set(name, { name, shownAs: used.get(name)?.shownAs ?? spelling, statusId: id })
  await saveTags(db, [...used.values()])
}
