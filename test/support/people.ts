import { sql } from 'kysely'
import type { Context, Db } from '../../src/context.ts'
import { createAccount } from '../../src/domain/accounts/create-account.ts'
import { upsertRemoteActor, type Actor, type RemoteActorFields } from '../../src/store/actors.ts'
import { ensureInbox } from '../../src/store/hosts.ts'

/** Somebody who lives here. */
export async function createMember(ctx: Context, username: string): Promise<Actor> {
  const email = `${username}@mail.example`
  return createAccount(ctx, { username, email, password: 'correct horse', role: 'member' })
}

/** Everybody who lives here wants to be shown where people look for somebody to follow. */
export async function showEverybody(ctx: Context): Promise<void> {
  await ctx.db
    .updateTable('accounts')
    .set({ discoverable: true })
    .where('type', '<>', 'Application')
    .execute()
}

export type Stranger = Actor & { readonly uri: string; readonly domain: string; readonly inboxId: number }

/** Somebody on another server, whom we know already. */
export async function createStranger(
  ctx: Context,
  username: string,
  fields: Partial<RemoteActorFields> = {},
): Promise<Stranger> {
  const domain = fields.domain ?? 'away.example'
  const uri = `https://${domain}/users/${username}`
  const inboxId = await ensureInbox(ctx.db, `${uri}/inbox`)
  const sharedInboxId = await ensureInbox(ctx.db, `https://${domain}/inbox`)
  const actor = { id: ctx.newId(), username, type: 'Person', inboxId, sharedInboxId, fetchedAt: ctx.now() }
  return (await upsertRemoteActor(ctx.db, { ...actor, domain, uri, ...fields })) as Stranger
}

/** What has been enqueued, oldest first. */
export async function listJobs(db: Db): Promise<{ name: string; data: unknown }[]> {
  const jobs = await sql<{ name: string; data: unknown }>`
    select name, data from pgboss.job where name not like '\\_\\_%' order by created_on, id`.execute(db)
  return jobs.rows
}
