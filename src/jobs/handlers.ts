import type { Context } from '../context.ts'
import { refreshKit } from '../domain/kits/refresh-kit.ts'
import { endTiesToDomain } from '../domain/domain-blocks/end-ties.ts'
import { approveWaiting } from '../domain/follows/approve-waiting.ts'
import { makeArchive } from '../domain/exports/make-archive.ts'
import { continueArchive } from '../domain/imports/archive/work-on-archive.ts'
import { continueImport } from '../domain/imports/continue-import.ts'
import { fetchPreview } from '../domain/links/fetch-preview.ts'
import { processMedia } from '../domain/media/process-media.ts'
import { discardFiles } from '../domain/media/discard-files.ts'
import { sendPush } from '../domain/push/send-push.ts'
import { learnResult } from '../domain/polls/refresh-poll.ts'
import { eraseAccount } from '../domain/accounts/erase-account.ts'
import { verifyLink } from '../domain/accounts/verify-link.ts'
import { answerAsked } from '../domain/mail/ask-for-mail.ts'
import { deliverMail } from '../domain/mail/send-mail.ts'
import { carryChoices } from '../domain/moving/carry-choices.ts'
import { confirmMove } from '../domain/moving/confirm-move.ts'
import { moveFollowers } from '../domain/moving/move-followers.ts'
import { lookAgain } from '../domain/remote/look-again.ts'
import { sendAccountDeleted } from '../federation/outbox/account-deleted.ts'
import { sendAccountMoved, sendMove } from '../federation/outbox/account-moved.ts'
import { sendPulledMove } from '../federation/outbox/account-pulling.ts'
import { readFeatured, rereadFeatured } from '../domain/featured/read-featured.ts'
import { retryQuoteRequest } from '../domain/quotes/retry-quote-request.ts'
import { publishDue } from '../domain/scheduled/publish-scheduled.ts'
import { takeTurn } from '../domain/recovery/take-turn.ts'
import { climbThread } from '../domain/threads/climb-thread.ts'
import { readThread } from '../domain/threads/read-thread.ts'
import { sendActorBlocked } from '../federation/outbox/actor-blocked.ts'
import { sendActorUnblocked } from '../federation/outbox/actor-unblocked.ts'
import { sendActorUpdated } from '../federation/outbox/actor-updated.ts'
import { sendBoostCreated } from '../federation/outbox/boost-created.ts'
import { sendBoostUndone } from '../federation/outbox/boost-undone.ts'
import { sendFollowAccepted } from '../federation/outbox/follow-accepted.ts'
import { sendFollowRejected } from '../federation/outbox/follow-rejected.ts'
import { sendFollowRequested } from '../federation/outbox/follow-requested.ts'
import { sendFollowUndone } from '../federation/outbox/follow-undone.ts'
import { sendLikeCreated } from '../federation/outbox/like-created.ts'
import { sendLikeUndone } from '../federation/outbox/like-undone.ts'
import { sendReactionCreated } from '../federation/outbox/reaction-created.ts'
import { sendReactionUndone } from '../federation/outbox/reaction-undone.ts'
import { sendPollClosed, sendPollCounted } from '../federation/outbox/poll-counted.ts'
import { sendPostPinned } from '../federation/outbox/post-pinned.ts'
import { sendPostUnpinned } from '../federation/outbox/post-unpinned.ts'
import { forwardActivity } from '../federation/outbox/forward-activity.ts'
import { sendRecoveryParted } from '../federation/outbox/recovery-parted.ts'
import { sendRecoverySaid } from '../federation/outbox/recovery-said.ts'
import { sendRelayAdded } from '../federation/outbox/relay-added.ts'
import { sendRelayFollowed } from '../federation/outbox/relay-followed.ts'
import { sendPostRelayed } from '../federation/outbox/relay-post.ts'
import { sendRelayRemoved } from '../federation/outbox/relay-removed.ts'
import { keepCarried } from '../federation/remote/keep-carried.ts'
import { sendQuoteAccepted, sendQuoteRefused } from '../federation/outbox/quote-answered.ts'
import { sendQuoteChanged } from '../federation/outbox/quote-changed.ts'
import { sendQuoteRequested } from '../federation/outbox/quote-requested.ts'
import { sendQuoteRevoked } from '../federation/outbox/quote-revoked.ts'
import { sendReportForwarded } from '../federation/outbox/report-forwarded.ts'
import { sendStatusCreated } from '../federation/outbox/status-created.ts'
import { sendStatusDeleted } from '../federation/outbox/status-deleted.ts'
import { sendStatusUpdated } from '../federation/outbox/status-updated.ts'
import { sendVoteCast } from '../federation/outbox/vote-cast.ts'
import { sendTagFeatured } from '../federation/outbox/tag-featured.ts'
import { sendTagUnfeatured } from '../federation/outbox/tag-unfeatured.ts'
import { compareListedFollowers } from '../federation/remote/compare-followers.ts'
import { meetQuote } from '../federation/remote/meet-quote.ts'
import { learnSoftware } from '../federation/remote/learn-software.ts'
import { readHinted } from '../federation/remote/read-hinted.ts'
import type { JobName, Jobs } from '../store/jobs.ts'

export type JobHandler<Name extends JobName> = (
  ctx: Context,
  data: Jobs[Name],
  jobId: string,
) => Promise<void>

/** Every after-effect, and what it does. Each may run twice: the job's id tells that it ran before. */
export const handlers: { readonly [Name in JobName]: JobHandler<Name> } = {
  'mail.send': deliverMail,
  'mail.asked': answerAsked,
  'account.closing': sendAccountDeleted,
  'account.erasing': eraseAccount,
  'actor.updated': sendActorUpdated,
  'actor.blocked': sendActorBlocked,
  'account.opened': approveWaiting,
  'domain.shunned': endTiesToDomain,
  'actor.unblocked': sendActorUnblocked,
  'actor.moving': confirmMove,
  'actor.moved': moveFollowers,
  'actor.carried': carryChoices,
  'account.moved': sendAccountMoved,
  'account.leaving': sendMove,
  'account.pulling': sendPulledMove,
  'report.forwarded': sendReportForwarded,
  'follow.requested': sendFollowRequested,
  'follow.accepted': sendFollowAccepted,
  'follow.rejected': sendFollowRejected,
  'follow.undone': sendFollowUndone,
  'status.created': sendStatusCreated,
  'status.updated': sendStatusUpdated,
  'status.deleted': sendStatusDeleted,
  'status.due': (ctx, { scheduledId }) => publishDue(ctx, scheduledId),
  'poll.voted': sendPollCounted,
  'poll.closed': sendPollClosed,
  'poll.ended': learnResult,
  'vote.cast': sendVoteCast,
  'followers.compare': compareListedFollowers,
  'like.created': sendLikeCreated,
  'like.undone': sendLikeUndone,
  'reaction.created': sendReactionCreated,
  'reaction.undone': sendReactionUndone,
  'boost.created': sendBoostCreated,
  'boost.undone': sendBoostUndone,
  'activity.forwarded': forwardActivity,
  'relay.added': sendRelayAdded,
  'relay.removed': sendRelayRemoved,
  'relay.followed': sendRelayFollowed,
  'relay.carried': keepCarried,
  'post.relayed': sendPostRelayed,
  'quote.requested': sendQuoteRequested,
  'quote.postponed': retryQuoteRequest,
  'quote.accepted': sendQuoteAccepted,
  'quote.refused': sendQuoteRefused,
  'quote.revoked': sendQuoteRevoked,
  'quote.changed': sendQuoteChanged,
  'quote.met': meetQuote,
  'host.met': learnSoftware,
  'object.hinted': readHinted,
  'thread.ancestors': climbThread,
  'thread.replies': readThread,
  'featured.changed': rereadFeatured,
  'actor.met': readFeatured,
  'actor.named': lookAgain,
  'post.pinned': sendPostPinned,
  'post.unpinned': sendPostUnpinned,
  'tag.featured': sendTagFeatured,
  'tag.unfeatured': sendTagUnfeatured,
  'media.process': (ctx, { mediaId }) => processMedia(ctx, mediaId),
  'push.due': sendPush,
  'media.discarded': (ctx, { keys }) => discardFiles(ctx, keys),
  'archive.make': (ctx, { archiveId }) => makeArchive(ctx, archiveId),
  'import.continued': continueImport,
  'archive.brought': continueArchive,
  'link.preview': fetchPreview,
  'link.verify': verifyLink,
  'kit.refresh': refreshKit,
  'recovery.turn': takeTurn,
  'recovery.said': sendRecoverySaid,
  'recovery.parted': sendRecoveryParted,
}
