import type { Context } from '../../context.ts'
import { findAnnouncement } from '../../store/announcements.ts'
import { presentAnnouncements } from '../announcements/present.ts'

/** An announcement as everybody gets it, as JSON; undefined when there is none under this id. */
export async function presentAnnouncementForAll(ctx: Context, id: string): Promise<string | undefined> {
  const found = await findAnnouncement(ctx.db, id, ctx.now())
  const [shown] = found === undefined ? [] : await presentAnnouncements(ctx, [found], null)
  return shown && JSON.stringify(shown)
}
