import { archiveImportLimits } from './limits.ts'
import type { ArchiveItem } from './source.ts'

/**
 * Items that are taken in together, after the first so many. A boost of a post comes after what stores that post.
 */
export async function* gatherBatches(
  items: AsyncIterable<ArchiveItem>,
  position: number,
): AsyncGenerator<readonly ArchiveItem[]> {
  let batch: ArchiveItem[] = []
  let ids = new Set<unknown>()
  let number = 0
  for await (const item of items) {
    if (++number <= position) continue
    const mustWait =
      (item.kind === 'boost' && ids.has(item.boosted)) || batch.length >= archiveImportLimits.batch
    if (mustWait) {
      yield batch
      batch = []
      ids = new Set()
    }
    batch.push(item)
    if (item.kind === 'post') ids.add(item.document['id'])
  }
  if (batch.length > 0) yield batch
}
