import type { Context } from '../../context.ts'
import { listEdits, type StatusVersion } from '../../domain/statuses/list-edits.ts'
import { findActor } from '../../store/actors.ts'
import { presentAccount, type AccountJson } from '../entities/account.ts'
import { isoDate } from '../entities/date.ts'
import { presentEmojis } from '../entities/emoji.ts'
import { presentMedia } from '../entities/media.ts'
import { recordNotFound } from '../errors.ts'
import type { Call } from '../route.ts'
import { getNamedStatus } from './status-answer.ts'

/** https://docs.joinmastodon.org/methods/statuses/#history: all versions, the present one last. */
export async function showHistory(ctx: Context, call: Call) {
  const status = await getNamedStatus(ctx, call)
  const author = await findActor(ctx.db, status.actorId)
  if (author === undefined) throw recordNotFound()
  const [account, versions] = await Promise.all([presentAccount(ctx, author), listEdits(ctx, status.id)])
  return versions.map((version) => presentVersion(ctx, account, version))
}

/** https://docs.joinmastodon.org/entities/StatusEdit/ */
function presentVersion(ctx: Context, account: AccountJson, version: StatusVersion) {
  const { contentHtml, summary, sensitive, createdAt, attachments, emojis, pollOptions } = version
  return {
    content: contentHtml,
    spoiler_text: summary,
    sensitive,
    created_at: isoDate(createdAt),
    account,
    media_attachments: presentMedia(ctx, attachments),
    emojis: presentEmojis(ctx, emojis),
    ...(pollOptions !== null && { poll: { options: pollOptions.map((title) => ({ title })) } }),
  }
}
