import type { Context } from '../../context.ts'
import { transact } from '../../db/transact.ts'
import { OperatorError } from '../../lib/errors.ts'
import { findAccount, insertAccount } from '../../store/actors.ts'
import { findInstance, insertInstance, renameInstance } from '../../store/instance.ts'
import { instanceUsername } from '../accounts/addresses.ts'
import { generateKeys, storeKeys, unlockSigner } from '../accounts/keys.ts'

/**
 * Makes the instance and its own actor at the first start, and holds it to its name later: other servers know
 * everybody here by it.
 * @throws OperatorError when ORIGIN or HANDLE_DOMAIN is another than the one that others have dealt with
 */
export async function ensureInstance(ctx: Context): Promise<void> {
  const { origin, handleDomain } = ctx.config
  const instance = await findInstance(ctx.db)
  if (instance === undefined) await insertInstance(ctx.db, { origin, handleDomain })
  else if (instance.origin !== origin || instance.handleDomain !== handleDomain) {
    if (instance.federatedAt !== null) throw new OperatorError(describeChange(instance.origin, ctx))
    await renameInstance(ctx.db, { origin, handleDomain })
  }
  await ensureInstanceActor(ctx)
}

function describeChange(former: string, ctx: Context): string {
  return (
    `ORIGIN is ${ctx.config.origin} (handles end in ${ctx.config.handleDomain}), but this instance has federated as ` +
    `${former}: other servers would take its members for strangers. Set the former value again, or move everybody ` +
    'with `holdfast evacuate`.'
  )
}

async function ensureInstanceActor(ctx: Context): Promise<void> {
  const known = await findAccount(ctx.db, instanceUsername)
  if (known !== undefined) return checkSecret(ctx, known.id)
  const keys = await generateKeys()
  const made = transact(ctx, async (tx) => {
    const name = { username: instanceUsername, type: 'Application', displayName: 'Holdfast' }
    const actor = await insertAccount(tx.db, { id: tx.newId(), ...name, createdAt: tx.now() })
    await storeKeys(tx, actor.id, keys)
  })
  // Another process may have been first: then what it made is as good.
  await made.catch(async (error: unknown) => {
    if ((await findAccount(ctx.db, instanceUsername)) === undefined) throw error
  })
}

/** A secret of another instance is noticed now, not when the first post cannot be signed. */
async function checkSecret(ctx: Context, actorId: string): Promise<void> {
  await unlockSigner(ctx, actorId).catch((cause: unknown) => {
    const message =
      `The root secret in ${ctx.config.secretFile} does not open the keys in this database: put the secret back that ` +
      'was saved with it (SECRET_FILE).'
    throw new OperatorError(message, { cause })
  })
}
