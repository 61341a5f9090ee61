import { DomainError } from '../../lib/errors.ts'
import type { TxContext } from '../../context.ts'
import type { Actor } from '../../store/actors.ts'
import { findBlock, isBlockedBetween } from '../../store/blocks.ts'
import { updateFollowChoices } from '../../store/follow-choices.ts'
import { findFollowBetween, type Follow } from '../../store/follows.ts'
import { listMuteEnds } from '../../store/mutes.ts'
import { chooseFollow } from '../follows/choose-follow.ts'
import { blockActor } from '../moderation/block-actor.ts'
import { muteActor } from '../mutes/mute-actor.ts'
import { findPerson, knockAt } from './find-person.ts'
import { cellsOf, type RowJob, type RowResult, type RowWork } from './row-work.ts'

const asked = { detail: 'Asked; they have not answered yet.' }

/** An ordinary follow, which whoever is followed may have to approve. */
export const followingWork: RowWork<Actor> = {
  async find(job) {
    const target = await findPerson(job)
    if ((await findFollowBetween(job.ctx.db, job.account.id, target.id)) === undefined)
      await knockAt(job, target)
    return target
  },
  async apply(tx, job, target) {
    const before = await findFollowBetween(tx.db, job.account.id, target.id)
    if (job.dryRun) return before ? kept(target) : foresee(tx, job, target)
    const choices = readChoices(job)
    if (before !== undefined) {
      await updateFollowChoices(tx.db, job.account.id, target.id, choices)
      return kept(target)
    }
    await chooseFollow(tx, job.account, target, choices)
    const follow = await findFollowBetween(tx.db, job.account.id, target.id)
    return added(target, isPending(follow) ? asked : {})
  },
}

function readChoices({ row }: RowJob) {
  const [, boosts = '', notify = '', languages = ''] = cellsOf(row)
  const codes = languages.split(',').map((code) => code.trim())
  const chosen = codes.filter((code) => /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(code)).slice(0, 50)
  return {
    showsBoosts: readFlag(boosts),
    notifies: readFlag(notify),
    ...(chosen.length > 0 && { languages: chosen }),
  }
}

/** What is said neither way stays as it is. */
function readFlag(cell: string): boolean | undefined {
  if (/^(true|1|yes)$/i.test(cell)) return true
  return /^(false|0|no)$/i.test(cell) ? false : undefined
}

const isPending = (follow: Follow | undefined): boolean => follow?.state === 'pending'

async function foresee(tx: TxContext, { account }: RowJob, target: Actor): Promise<RowResult> {
  refuseOneself(account, target, 'follow')
  if (await isBlockedBetween(tx.db, account.id, target.id))
    throw new DomainError('forbidden', 'You cannot follow somebody whom you block or who blocks you.')
  return added(target, target.locked ? { detail: 'They would have to approve.' } : {})
}

/** As `blockActor`: follows end both ways, and their server is told. */
export const blocksWork: RowWork<Actor> = {
  async find(job) {
    const target = await findPerson(job)
    await knockAt(job, target)
    return target
  },
  async apply(tx, { account, dryRun }, target) {
    if ((await findBlock(tx.db, account.id, target.id)) !== undefined) return kept(target)
    refuseOneself(account, target, 'block')
    if (!dryRun) await blockActor(tx, account, target)
    return added(target)
  },
}

/** Nobody is told, and it does not end by itself. */
export const mutesWork: RowWork<Actor> = {
  find: findPerson,
  async apply(tx, { account, dryRun, row }, target) {
    refuseOneself(account, target, 'mute')
    const before = await listMuteEnds(tx.db, account.id, [target.id])
    const hidesNotifications = readFlag(cellsOf(row)[1] ?? '') ?? true
    if (!dryRun) await muteActor(tx, account, target, { hidesNotifications, seconds: 0 })
    return before.has(target.id) ? kept(target) : added(target)
  },
}

function refuseOneself(account: Actor, target: Actor, verb: string): void {
  if (account.id === target.id) throw new DomainError('invalid', `You cannot ${verb} yourself.`)
}

export function kept({ id }: Pick<Actor, 'id'>): RowResult {
  return { outcome: 'kept', targetId: id }
}

export function added({ id }: Pick<Actor, 'id'>, more: { readonly detail?: string } = {}): RowResult {
  return { outcome: 'added', targetId: id, ...more }
}
