import type { Context, TxContext } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import { findActor, type Actor } from '../../store/actors.ts'
import { findArchiveLink, insertArchiveLink, useArchiveLink } from '../../store/archive-links.ts'
import { findArchive, type Archive } from '../../store/archives.ts'
import { findUser } from '../../store/users.ts'
import { handleOf } from '../accounts/addresses.ts'
import { recordAct } from '../audit/record-act.ts'
import { digestToken } from '../auth/digest-token.ts'
import { newSecret } from '../auth/new-secret.ts'
import { sendMail } from '../mail/send-mail.ts'

/** How long the link of a mail holds. */
const linkMs = 24 * 3600_000
/** How long a browser that has opened one may go on with a download that was broken off. */
const goOnMs = 3600_000

/** An archive with its file. */
export type ReadyArchive = Archive & { readonly key: string }

/** Tells a member that an archive is ready, with a link that fetches it once. */
export async function mailArchiveLink(tx: TxContext, account: Actor, archiveId: string): Promise<void> {
  const user = await findUser(tx.db, account.id)
  if (user === undefined) return
  const token = newSecret()
  const expiresAt = new Date(tx.now().getTime() + linkMs)
  await insertArchiveLink(tx.db, { tokenDigest: digestToken(token), archiveId, expiresAt })
  const { origin } = tx.config
  await sendMail(tx, 'archive.made', user.email, {
    subject: 'Your archive is ready',
    paragraphs: [
      `Hello @${handleOf(tx.config, account)},`,
      'An archive of your account was made, as you asked: your posts of every kind, direct messages among them, your pictures and your lists.',
    ],
    action: { label: 'Download it', url: `${origin}/archives/${token}` },
    after: [
      'The link holds for 24 hours, and once. For a week you find the archive in your settings.',
      `If you did not ask for it, somebody else has your password: choose another one at once: ${origin}/auth/password/new`,
    ],
  })
}

/** Whether a link still opens something; nothing happens to it. */
export async function isLinkOpen(ctx: Context, token: string): Promise<boolean> {
  const link = await findArchiveLink(ctx.db, digestToken(token))
  return link !== undefined && link.usedAt === null && link.expiresAt > ctx.now()
}

/**
 * Uses a link up, for one browser.
 * @returns the secret by which that browser is known while it fetches the file
 * @throws DomainError `not_found` for a link that was used, has expired or never was
 */
export async function openLink(ctx: Context, token: string, ip: string | undefined): Promise<string> {
  return transact(ctx, async (tx) => {
    const browser = newSecret()
    const archiveId = await useArchiveLink(tx.db, digestToken(token), digestToken(browser), tx.now())
    const archive = archiveId === undefined ? undefined : await findArchive(tx.db, archiveId)
    if (!isReady(tx, archive)) throw noSuchLink()
    await requireAccount(tx, archive)
    await recordAct(tx, archive.accountId, 'archive.taken', { detail: { by: 'link' }, ip })
    return browser
  })
}

/**
 * What a link opened, for the browser that opened it, for an hour.
 * @throws DomainError `not_found`
 */
export async function findOpened(ctx: Context, token: string, browser: string): Promise<ReadyArchive> {
  const link = await findArchiveLink(ctx.db, digestToken(token))
  const isTheirs = link?.browserDigest?.equals(digestToken(browser)) === true
  const isFresh = link?.usedAt != null && ctx.now().getTime() - link.usedAt.getTime() < goOnMs
  const archive = isTheirs && isFresh ? await findArchive(ctx.db, link.archiveId) : undefined
  if (!isReady(ctx, archive)) throw noSuchLink()
  await requireAccount(ctx, archive)
  return archive
}

/**
 * An archive of a member, who is known by other means.
 * @throws DomainError `not_found` for what is not theirs, not ready or not there any more
 */
export async function getOwnArchive(
  ctx: Pick<Context, 'db' | 'now'>,
  accountId: string,
  id: string,
): Promise<ReadyArchive> {
  const archive = await findArchive(ctx.db, id)
  if (archive?.accountId !== accountId || !isReady(ctx, archive))
    throw new DomainError('not_found', 'There is no such archive, or its time is over.')
  return archive
}

/** The same, noted as downloaded. */
export async function takeOwnArchive(
  ctx: Context,
  accountId: string,
  id: string,
  ip: string | undefined,
): Promise<ReadyArchive> {
  return transact(ctx, async (tx) => {
    const archive = await getOwnArchive(tx, accountId, id)
    await recordAct(tx, accountId, 'archive.taken', { ip })
    return archive
  })
}

function isReady({ now }: Pick<Context, 'now'>, archive: Archive | undefined): archive is ReadyArchive {
  return archive?.state === 'ready' && archive.key !== null && (archive.expiresAt ?? now()) > now()
}

async function requireAccount({ db }: Pick<Context, 'db'>, { accountId }: Archive): Promise<void> {
  const account = await findActor(db, accountId)
  if (account === undefined || account.deletedAt !== null) throw noSuchLink()
}

function noSuchLink(): DomainError {
  return new DomainError(
    'not_found',
    'This link was used already, or its time is over: sign in, and find the archive in your settings.',
  )
}
