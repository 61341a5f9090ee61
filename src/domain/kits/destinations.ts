import { z } from 'zod'
import type { Context } from '../../context.ts'
import { DomainError } from '../../lib/errors.ts'
import { isId } from '../../lib/ids.ts'
import type { KitDestination } from '../../store/kit-destinations.ts'
import { sendByMail } from './send-by-mail.ts'
import { sendByWebdav } from './send-by-webdav.ts'
import { sendToLocker } from './send-to-locker.ts'

/** A copy of a kit that lies on this machine, and what is said beside it. */
export type KitCopy = {
  readonly accountId: string
  /** What it is called where it goes: `name-domain.kit`. */
  readonly fileName: string
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** By which a locker hands it out: SHA-256 of the claim. */
  readonly claimDigest: Buffer
}

/** What is kept of a destination, sealed. */
const secrets = {
  /** Mail goes to the address of the account, whichever that is at the time. */
  email: z.object({ everyDays: z.union([z.literal(1), z.literal(7)]) }),
  /** A folder, which ends in `/`. */
  webdav: z.object({ folder: z.string(), username: z.string(), password: z.string() }),
  /** What the locker's owner was given: where to put it, and the token that allows it. */
  locker: z.object({ address: z.string(), token: z.string() }),
} as const

export type DestinationKind = keyof typeof secrets
export type Secret<Kind extends DestinationKind> = z.output<(typeof secrets)[Kind]>

type Sender<Kind extends DestinationKind> = (
  ctx: Context,
  secret: Secret<Kind>,
  copy: KitCopy,
) => Promise<void>

const senders: { readonly [Kind in DestinationKind]: Sender<Kind> } = {
  email: (ctx, _secret, copy) => sendByMail(ctx, copy),
  webdav: sendByWebdav,
  locker: sendToLocker,
}

/** @throws DomainError whose message says in a sentence why it did not arrive; `unavailable` when that may pass */
export async function sendKitTo(ctx: Context, destination: KitDestination, copy: KitCopy): Promise<void> {
  const kind = destination.kind as DestinationKind
  const send: (ctx: Context, secret: never, copy: KitCopy) => Promise<void> = senders[kind]
  await send(ctx, openSecret(ctx, destination) as never, copy)
}

export function sealSecret<Kind extends DestinationKind>(
  { keyring }: Pick<Context, 'keyring'>,
  id: string,
  secret: Secret<Kind>,
): Buffer {
  return keyring.wrap(purposeOf(id), Buffer.from(JSON.stringify(secret)))
}

/** @throws DomainError `invalid` when this place cannot read it any more */
function openSecret({ keyring }: Context, { id, kind, wrapped }: KitDestination): Secret<DestinationKind> {
  try {
    const secret: unknown = JSON.parse(keyring.unwrap(purposeOf(id), wrapped).toString())
    return secrets[kind as DestinationKind].parse(secret)
  } catch (cause) {
    throw new DomainError('invalid', 'What is known of this place cannot be read: add it again.', { cause })
  }
}

/** How often copies go there by themselves, in days. */
export function daysBetween(ctx: Context, destination: KitDestination): number {
  if (destination.kind !== 'email') return 1
  return (openSecret(ctx, destination) as Secret<'email'>).everyDays
}

/** @throws DomainError `invalid` */
export function checkDestinationId(id: string): string {
  if (!isId(id)) throw new DomainError('invalid', 'There is no such place.')
  return id
}

function purposeOf(id: string): string {
  return `kit-destination:${id}`
}
