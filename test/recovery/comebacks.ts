import { createKit } from '../../src/domain/kits/create-kit.ts'
import { writeCopy } from '../../src/domain/kits/write-copy.ts'
import { lockAccount } from '../../src/domain/accounts/lock-account.ts'
import { getAccount } from '../../src/domain/accounts/get-account.ts'
import { addAlias } from '../../src/domain/moving/add-alias.ts'
import { hurryRecovery, readLedger } from '../../src/domain/recovery/describe-recovery.ts'
import { openRecovery } from '../../src/domain/recovery/open-recovery.ts'
import { startRecovery } from '../../src/domain/recovery/start-recovery.ts'
import type { Context } from '../../src/context.ts'
import type { Actor } from '../../src/store/actors.ts'
import type { LedgerRow } from '../../src/store/recovery-ledger.ts'
import { createMember } from '../support/people.ts'
import { startServer, type TestServer } from '../support/server.ts'
import type { Stage } from './stage.ts'

export const passphrase = 'a phrase that nobody guesses'

export async function* bytesOf(lines: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const line of lines) yield Buffer.from(line)
}

/** A copy of somebody's kit, as it would be kept elsewhere. */
export async function makeKit(
  ctx: Context,
  account: Actor,
  choices: { readonly standby?: string; readonly withKey?: boolean; readonly withMedia?: boolean },
): Promise<string[]> {
  const { standby, withKey = false, withMedia = false } = choices
  await createKit(ctx, account, passphrase, { standby, withKey, withMedia })
  const lines: string[] = []
  for await (const line of writeCopy(ctx, account.id)) lines.push(line)
  return lines
}

/** Alice, whom everybody on the stage follows, and what is left of her when her server is gone. */
export async function loseHome(
  stage: Stage,
  haven: TestServer,
  { withKey, live }: { withKey: boolean; live?: (home: TestServer, alice: Actor) => Promise<void> },
): Promise<{ readonly formerUri: string; readonly kit: string[] }> {
  await using home = await startServer()
  const formerUri = `${home.origin}/users/alice`
  const alice = await createMember(home.ctx, 'alice')
  const there = await createMember(haven.ctx, 'alice')
  await lockAccount(haven.ctx, there, true)
  await addAlias(haven.ctx, there, formerUri)
  await stage.follow(formerUri)
  await live?.(home, alice)
  await home.settle()
  const standby = `${haven.origin}/users/alice`
  return { formerUri, kit: await makeKit(home.ctx, alice, { standby, withKey }) }
}

/** Comes back, and lets out at once what waits for its time. */
export async function comeBack(stage: Stage, haven: TestServer, kit: readonly string[]): Promise<string> {
  const alice = await getAccount(haven.ctx, 'alice')
  const opened = await openRecovery(haven.ctx, alice, bytesOf(kit), passphrase)
  const id = await startRecovery(haven.ctx, alice, opened.id)
  await stage.settle(haven)
  for (const _round of ['meet', 'tell']) {
    await hurryRecovery(haven.ctx, alice, id)
    await stage.settle(haven)
  }
  return id
}

/** What the ledger says of the fan of each kind of server. */
export async function ledgerOf(
  stage: Stage,
  { ctx }: TestServer,
  id: string,
): Promise<Record<string, string | undefined>> {
  const rows: LedgerRow[] = []
  for await (const row of readLedger(ctx, id)) rows.push(row)
  return Object.fromEntries(
    stage.receivers.map(({ kind, host }) => {
      const row = rows.find((each) => each.host === host)
      return [kind.name, row && `${row.say ?? '-'} ${row.state}`]
    }),
  )
}
