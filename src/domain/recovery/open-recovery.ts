import { createReadStream } from 'node:fs'
import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import {
  findOpened,
  insertRecovery,
  type Recovery,
  findRecovery,
  deleteRecovery,
} from '../../store/recoveries.ts'
import { readKit } from '../kits/read-kit.ts'
import { WorkDirectory } from '../media/keep-files.ts'
import { requireHere } from '../moving/require-here.ts'
import { checkKit } from './check-kit.ts'
import { dropCopy, keepCopy, receiveKit, sealOpener, unsealOpener } from './kit-copy.ts'
import { readSummary, type KitSummary } from './read-summary.ts'

/**
 * Opens a recovery kit for an account of ours and looks at all of it. Nothing is changed before `startRecovery`; what
 * was opened and not begun is forgotten after a day, or when another kit is opened.
 * @param source the bytes of the kit
 * @returns what may be begun: `facts` says how much of everything the kit holds
 * @throws DomainError `invalid` for what is no kit, `forbidden` for another passphrase or a kit that is not for this
 *   account, `conflict` when somebody else came back as that address or the old server still answers
 */
export async function openRecovery(
  ctx: Context,
  account: Actor,
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
): Promise<Recovery> {
  requireHere(account)
  await using work = await WorkDirectory.create()
  const path = work.file('kit')
  await receiveKit(source, path)
  const { unlocked, summary, keys, letters } = await examine(ctx, account, path, passphrase)
  await dropOpened(ctx, account)
  const { owner, profile, counts } = summary
  const id = ctx.newId()
  const name = await keepCopy(ctx, id, path)
  const own = summary.keys.filter(({ actor }) => actor === owner.actor)
  const secret = { name, unlocked, document: profile.document, keys: own }
  const recovery = {
    id,
    accountId: account.id,
    formerUri: owner.actor,
    formerHandle: profile.handle,
    kitMadeAt: new Date(profile.made_at),
    kitOpener: sealOpener(ctx, secret),
    hasKey: keys.length > 0,
    facts: { ...counts, letters: letters.length },
    createdAt: ctx.now(),
  }
  try {
    await transact(ctx, (tx) => insertRecovery(tx.db, recovery, letters))
    return (await findRecovery(ctx.db, id))!
  } catch (error) {
    await dropCopy(ctx, name)
    throw error
  }
}

/** All of a kit on this machine. */
async function examine(ctx: Context, account: Actor, path: string, passphrase: string) {
  const content = createReadStream(path)
  try {
    const kit = await readKit(content, passphrase)
    const summary = await readSummary(kit)
    const { keys, letters } = await checkKit(ctx, account, summary)
    await requireSilence(ctx, summary)
    return { unlocked: kit.unlocked, summary, keys, letters }
  } finally {
    content.destroy()
  }
}

/**
 * As long as the old server serves the account, its member moves there, in the way that everybody understands. Also
 * somebody else who has that domain by now is believed by others, whatever we say.
 */
async function requireSilence(ctx: Context, { owner }: KitSummary): Promise<void> {
  const found = await ctx.remote.refreshActor(owner.actor)
  if (typeof found === 'string' || found.deletedAt !== null) return
  throw new DomainError(
    'conflict',
    `${owner.account} still answers at its old address. Sign in there, name this account as the one to move to, and ` +
      'it brings your followers by itself; here, add the old one as an alias first. A kit is for when that is gone.',
  )
}

/** Forgets what an account opened and did not begin. */
export async function dropOpened(ctx: Context, account: Pick<Actor, 'id'>): Promise<void> {
  const opened = await findOpened(ctx.db, account.id)
  if (opened === undefined) return
  await transact(ctx, (tx) => deleteRecovery(tx.db, opened.id))
  if (opened.kitOpener !== null) await dropCopy(ctx, unsealOpener(ctx, opened.kitOpener).name)
}
