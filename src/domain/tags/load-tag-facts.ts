import type { Context } from '../../context.ts'
import { dayMs } from '../../lib/time.ts'
import { listTagDays, type TagDay } from '../../store/tag-facts.ts'
import { listTagSpellings } from '../../store/tags.ts'

/** What is said of tags, whoever asks. */
export type TagFacts = {
  readonly days: readonly TagDay[]
  /** How they were written first, by name; those that nobody has read yet are left out. */
  readonly spellings: ReadonlyMap<string, string>
}

export const shownDays = 7

/** Of these tags, the days (UTC) that end with today's. */
export async function loadTagFacts(
  { db, now }: Pick<Context, 'db' | 'now'>,
  tags: readonly string[],
): Promise<TagFacts> {
  const today = Math.floor(now().getTime() / dayMs) * dayMs
  const since = new Date(today - (shownDays - 1) * dayMs)
  const [days, spellings] = await Promise.all([listTagDays(db, tags, since), listTagSpellings(db, tags)])
  return { days, spellings }
}
