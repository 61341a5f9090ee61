import type { Context } from '../../context.ts'

/** An announcement as everybody gets it, as JSON; undefined when there is none under this id. */
export async function presentAnnouncementForAll(_ctx: Context, _id: string): Promise<string | undefined> {
  return undefined
}
