import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { DomainError } from '../../lib/errors.ts'
import type { Actor } from '../../store/actors.ts'
import {
  deleteKitDestination,
  insertKitDestination,
  listKitDestinations,
  lockKitDestinations,
} from '../../store/kit-destinations.ts'
import { enqueue } from '../../store/jobs.ts'
import { findKit } from '../../store/kits.ts'
import { recordAct } from '../audit/record-act.ts'
import { noticeMember } from '../mail/notice-member.ts'
import { checkDestinationId, sealSecret, type DestinationKind, type Secret } from './destinations.ts'

const maxDestinations = 5

export type Chosen<Kind extends DestinationKind = DestinationKind> = {
  readonly kind: Kind
  /** What the member sees of it: nothing secret. */
  readonly label: string
  readonly secret: Secret<Kind>
}

/** @param everyDays 1 or 7 */
export function mailDestination(everyDays: 1 | 7): Chosen<'email'> {
  return { kind: 'email', label: 'Your e-mail address', secret: { everyDays } }
}

/** @throws DomainError `invalid` */
export function webdavDestination(
  ctx: Pick<Context, 'config'>,
  given: { readonly address: string; readonly username: string; readonly password: string },
): Chosen<'webdav'> {
  const url = readAddress(ctx, given.address, 'The address of the folder')
  if (url.hash !== '' || url.search !== '')
    throw new DomainError('invalid', 'The address of the folder must end with its path.')
  if (given.username === '' || /[:\p{Cc}]/u.test(given.username) || /\p{Cc}/u.test(given.password))
    throw new DomainError('invalid', 'A folder needs a user name and a password.')
  if (!url.pathname.endsWith('/')) url.pathname += '/'
  const { username, password } = given
  return { kind: 'webdav', label: url.host + url.pathname, secret: { folder: url.href, username, password } }
}

/**
 * @param text what the owner of the locker was shown: `https://host/lockers/<id>#<token>`
 * @throws DomainError `invalid`
 */
export function lockerDestination(ctx: Pick<Context, 'config'>, text: string): Chosen<'locker'> {
  const url = readAddress(ctx, text, 'The address of the locker')
  const token = url.hash.slice(1)
  if (!/^\/lockers\/\d{1,20}$/.test(url.pathname) || url.search !== '' || !/^[\w-]{43}$/.test(token))
    throw new DomainError(
      'invalid',
      'This is not the address of a locker: copy all of it, with what follows the #.',
    )
  if (url.origin === ctx.config.origin)
    throw new DomainError(
      'invalid',
      'A locker in this place would be lost with it: take one on another instance.',
    )
  url.hash = ''
  return { kind: 'locker', label: `Locker on ${url.host}`, secret: { address: url.href, token } }
}

function readAddress({ config }: Pick<Context, 'config'>, text: string, what: string): URL {
  const url = URL.parse(text.trim())
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && config.allowPrivateAddress)
  if (url === null || !isSafe || text.length > 2000)
    throw new DomainError('invalid', `${what} must begin with https://.`)
  if (url.username !== '' || url.password !== '')
    throw new DomainError('invalid', `${what} must not hold a password: there is a field for it.`)
  return url
}

/**
 * From now on copies of the kit go there, too; the first one at once.
 * @returns its id
 * @throws DomainError `invalid` without a kit; `conflict` when there are too many
 */
export async function addDestination(
  ctx: Context,
  account: Actor,
  { kind, label, secret }: Chosen,
  ip?: string,
): Promise<string> {
  const id = ctx.newId()
  await transact(ctx, async (tx) => {
    const known = await lockKitDestinations(tx.db, account.id)
    if (known.length >= maxDestinations)
      throw new DomainError('conflict', `Copies of a kit go to at most ${maxDestinations} places.`)
    if (known.some((each) => each.kind === kind && each.label === label && kind !== 'locker'))
      throw new DomainError('conflict', 'Copies go there already.')
    const wrapped = sealSecret(tx, id, secret)
    await insertKitDestination(tx.db, {
      id,
      accountId: account.id,
      kind,
      label,
      wrapped,
      createdAt: tx.now(),
    })
    await recordAct(tx, account.id, 'kit.placed', { detail: { kind }, ip })
    await noticeMember(tx, account.id, 'kit.placed')
    if ((await findKit(tx.db, account.id)) !== undefined)
      await enqueue(tx, 'kit.refresh', { accountId: account.id, destinationId: id, attempt: 0 })
  })
  return id
}

/** What lies there already stays. @throws DomainError `invalid` */
export async function removeDestination(
  ctx: Context,
  account: Actor,
  id: string,
  ip?: string,
): Promise<void> {
  const checked = checkDestinationId(id)
  await transact(ctx, async (tx) => {
    if (!(await deleteKitDestination(tx.db, account.id, checked))) throw noSuchPlace()
    await recordAct(tx, account.id, 'kit.unplaced', { ip })
  })
}

/**
 * A copy goes there now, at most once a minute.
 * @throws DomainError `invalid`
 */
export async function sendNow(ctx: Context, account: Actor, id: string): Promise<void> {
  const destinationId = checkDestinationId(id)
  await transact(ctx, async (tx) => {
    if ((await findKit(tx.db, account.id)) === undefined)
      throw new DomainError('invalid', 'There is no recovery kit yet: make one first.')
    const known = await listKitDestinations(tx.db, account.id)
    if (!known.some((each) => each.id === destinationId)) throw noSuchPlace()
    const once = { key: destinationId, seconds: 60 }
    await enqueue(tx, 'kit.refresh', { accountId: account.id, destinationId, attempt: 0 }, { once })
  })
}

function noSuchPlace(): DomainError {
  return new DomainError('invalid', 'There is no such place.')
}
