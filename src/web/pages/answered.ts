import { getVisibleStatus } from '../../domain/statuses/get-visible.ts'
import type { StatusView } from '../../domain/statuses/view.ts'
import { DomainError } from '../../lib/errors.ts'
import { markup, type Html } from '../html.ts'
import { webAddress } from '../links.ts'
import { nameOf } from '../parts/avatar.ts'
import { viewShown, type Reader } from '../posts.ts'

/** What a post answers: linked where the reader can go there, and not named where it is not for everybody. */
export async function linkToAnswered(ctx: Reader, { status }: StatusView): Promise<Html | undefined> {
  const { inReplyToId, inReplyToUri } = status
  if (inReplyToId === null && inReplyToUri === null) return undefined
  const parent = inReplyToId === null ? undefined : await findOpen(ctx, inReplyToId)
  const address = webAddress(parent?.url ?? (inReplyToId === null ? inReplyToUri : null) ?? '')
  if (address === undefined) return markup`<p class="answers">Answers a post that is not to be seen here</p>`
  const whose = parent === undefined ? 'a post elsewhere' : `a post by ${nameOf(parent.author)}`
  return markup`<p class="answers">Answers <a class="u-in-reply-to" href="${address}">${whose}</a></p>`
}

async function findOpen(ctx: Reader, id: string): Promise<StatusView | undefined> {
  try {
    const [view] = await viewShown(ctx, [await getVisibleStatus(ctx, id, undefined)])
    return view
  } catch (error) {
    if (error instanceof DomainError) return undefined
    throw error
  }
}
