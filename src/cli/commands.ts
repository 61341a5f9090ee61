import { emojiAdd } from './emoji-add.ts'
import { emojiImport } from './emoji-import.ts'
import { emojiList } from './emoji-list.ts'
import { emojiRemove } from './emoji-remove.ts'
import { accountAlias } from './account-alias.ts'
import { accountCopies } from './account-copies.ts'
import { accountCreate } from './account-create.ts'
import { accountApprove, accountPending, accountReject } from './account-applications.ts'
import { accountDelete } from './account-delete.ts'
import { accountKit } from './account-kit.ts'
import { accountExport } from './account-export.ts'
import { accountImport } from './account-import.ts'
import { accountLock } from './account-lock.ts'
import { accountRecover } from './account-recover.ts'
import { accountRecovery } from './account-recovery.ts'
import { accountLockers } from './account-lockers.ts'
import { accountMove } from './account-move.ts'
import { accountPull } from './account-pull.ts'
import { accountSignOut } from './account-sign-out.ts'
import { accountToken } from './account-token.ts'
import { announcementAdd } from './announcement-add.ts'
import { announcementEdit } from './announcement-edit.ts'
import { announcementList } from './announcement-list.ts'
import { announcementRemove } from './announcement-remove.ts'
import { block } from './block.ts'
import type { Command } from './command.ts'
import { deliveries } from './deliveries.ts'
import { deliveriesHosts } from './deliveries-hosts.ts'
import { deliveriesList } from './deliveries-list.ts'
import { deliveriesReplay } from './deliveries-replay.ts'
import { domainAllow } from './domain-allow.ts'
import { domainBlock } from './domain-block.ts'
import { domainList } from './domain-list.ts'
import { follow } from './follow.ts'
import { followersApprove } from './followers-approve.ts'
import { followersReject } from './followers-reject.ts'
import { followersRequests } from './followers-requests.ts'
import { inboxList } from './inbox-list.ts'
import { inboxReplay } from './inbox-replay.ts'
import { instanceSet } from './instance-set.ts'
import { mailList, mailRetry } from './mail.ts'
import { mediaPrune } from './media-prune.ts'
import { mediaPurge } from './media-purge.ts'
import { migrate } from './migrate.ts'
import { post } from './post.ts'
import { postsBoost } from './posts-boost.ts'
import { postsDelete } from './posts-delete.ts'
import { postsEdit } from './posts-edit.ts'
import { postsHistory } from './posts-history.ts'
import { postsVote } from './posts-vote.ts'
import { postsLike } from './posts-like.ts'
import { postsReact } from './posts-react.ts'
import { postsRevokeQuote } from './posts-revoke-quote.ts'
import { postsShow } from './posts-show.ts'
import { postsUnboost } from './posts-unboost.ts'
import { postsUnlike } from './posts-unlike.ts'
import { postsUnreact } from './posts-unreact.ts'
import { relayAdd } from './relay-add.ts'
import { relayList } from './relay-list.ts'
import { relayRemove } from './relay-remove.ts'
import { tagsFollow } from './tags-follow.ts'
import { tagsList } from './tags-list.ts'
import { tagsUnfollow } from './tags-unfollow.ts'
import { postsPin } from './posts-pin.ts'
import { postsThread } from './posts-thread.ts'
import { postsUnpin } from './posts-unpin.ts'
import { tagsFeature } from './tags-feature.ts'
import { tagsUnfeature } from './tags-unfeature.ts'
import { trendsHidden } from './trends-hidden.ts'
import { trendsHide } from './trends-hide.ts'
import { trendsShow } from './trends-show.ts'
import { report } from './report.ts'
import { reportsList } from './reports-list.ts'
import { reportsResolve } from './reports-resolve.ts'
import { timeline } from './timeline.ts'
import { unblock } from './unblock.ts'
import { unfollow } from './unfollow.ts'

/**
 * Everything that can be done from a terminal, in the order in which help lists it. A command that takes a name
 * has no subcommands beside it, so no account's name can be taken for one.
 */
export const commands: readonly Command[] = [
  accountCreate,
  accountToken,
  accountLock,
  accountAlias,
  accountMove,
  accountPull,
  accountExport,
  accountImport,
  accountKit,
  accountCopies,
  accountLockers,
  accountRecover,
  accountRecovery,
  accountSignOut,
  accountPending,
  accountApprove,
  accountReject,
  accountDelete,
  instanceSet,
  announcementAdd,
  announcementList,
  announcementEdit,
  announcementRemove,
  post,
  postsEdit,
  postsHistory,
  postsVote,
  postsDelete,
  postsRevokeQuote,
  postsPin,
  postsUnpin,
  postsThread,
  postsShow,
  postsLike,
  postsUnlike,
  postsReact,
  postsUnreact,
  postsBoost,
  postsUnboost,
  follow,
  unfollow,
  block,
  unblock,
  report,
  followersRequests,
  followersApprove,
  followersReject,
  tagsFollow,
  tagsUnfollow,
  tagsFeature,
  tagsUnfeature,
  tagsList,
  trendsHide,
  trendsShow,
  trendsHidden,
  timeline,
  deliveries,
  deliveriesHosts,
  deliveriesList,
  deliveriesReplay,
  inboxList,
  inboxReplay,
  reportsList,
  reportsResolve,
  domainBlock,
  domainAllow,
  domainList,
  relayAdd,
  relayRemove,
  relayList,
  mailList,
  mailRetry,
  emojiAdd,
  emojiList,
  emojiRemove,
  emojiImport,
  mediaPrune,
  mediaPurge,
  migrate,
]
