import type { Context } from '../../context.ts'
import type { ScheduledPost } from '../../db/json.ts'
import type { ScheduledStatus } from '../../store/scheduled-statuses.ts'
import { isoDate } from '../entities/date.ts'
import { presentMedia } from '../entities/media.ts'

/**
 * https://docs.joinmastodon.org/entities/ScheduledStatus/, and `problem` where it could not be posted when its time had
 * come.
 */
export function presentScheduled(ctx: Context, scheduled: ScheduledStatus) {
  const { id, scheduledAt, post, attachments, problem } = scheduled
  const mediaIds = attachments.flatMap(({ mediaId }) => mediaId ?? [])
  return {
    id,
    scheduled_at: isoDate(scheduledAt),
    params: { ...describe(post), media_ids: mediaIds.length === 0 ? null : mediaIds },
    media_attachments: presentMedia(ctx, attachments),
    ...(problem !== null && { problem }),
  }
}

/** `application_id`, `idempotency` and `with_rate_limit` are Mastodon's own business, and only there for apps that read them. */
function describe(post: ScheduledPost) {
  return {
    text: post.text,
    visibility: post.visibility,
    sensitive: post.sensitive ?? null,
    spoiler_text: post.summary ?? null,
    language: post.language ?? null,
    in_reply_to_id: post.inReplyToId ?? null,
    quoted_status_id: post.quoteOf ?? null,
    quote_approval_policy: post.quotePolicy ?? null,
    poll: describePoll(post.poll),
    ...{ scheduled_at: null, idempotency: null, application_id: 0, with_rate_limit: false },
  }
}

function describePoll(poll: ScheduledPost['poll']) {
  if (poll === undefined) return null
  const { options, multiple, hideTotals = false, endsInSeconds } = poll
  return { options, multiple, expires_in: endsInSeconds, hide_totals: hideTotals }
}
