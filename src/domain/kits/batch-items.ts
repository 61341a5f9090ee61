import { kitLimits, type KitPart, type PartKind } from './kit-format.ts'
import type { KitItem } from './kit-items.ts'

/** Items as parts: as many in one as stay below what writers aim for, and nothing for none. */
export async function* batchItems<Kind extends PartKind>(
  kind: Kind,
  items: AsyncIterable<KitItem<Kind>> | Iterable<KitItem<Kind>>,
): AsyncGenerator<KitPart> {
  let held: KitItem<Kind>[] = []
  let bytes = 0
  for await (const item of items) {
    const length = Buffer.byteLength(JSON.stringify(item))
    if (held.length > 0 && bytes + length > kitLimits.partBytes) {
      yield { kind, items: held }
      held = []
      bytes = 0
    }
    held.push(item)
    bytes += length
  }
  if (held.length > 0) yield { kind, items: held }
}

const pageSize = 1000

/** All rows of a list that is read page by page, in the order of their positions. */
export async function* readPages<Row extends { readonly position: string }>(
  list: (page: { after: string; limit: number }) => Promise<readonly Row[]>,
): AsyncGenerator<Row> {
  for (let after = '0'; ;) {
    const rows = await list({ after, limit: pageSize })
    yield* rows
    const last = rows.at(-1)
    if (last === undefined || rows.length < pageSize) return
    after = last.position
  }
}
