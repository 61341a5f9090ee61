import type { NoteDraft } from '../drafts.ts'
import type { Linking } from './find-link.ts'

type Row = {
  readonly id: string
  readonly content?: string | null | undefined
  readonly quoteUri?: string | null | undefined
}

/** What tells where a note from elsewhere links to, as it came. */
export function remoteLinking({ mentions, visibility }: NoteDraft, row: Row) {
  const named = mentions.map(({ href }) => ({ uri: href, url: href }))
  const linking: Linking = {
    isLocal: false,
    source: null,
    content: row.content ?? null,
    quoteUri: row.quoteUri ?? null,
    mentions: named,
  }
  return { ...linking, id: row.id, visibility }
}
