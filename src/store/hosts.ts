import { sql, type RawBuilder } from 'kysely'
import type { Db, Tx } from '../context.ts'
import { reopenLane } from './delivery-lanes.ts'

/** How a host wants to be signed to: draft-cavage until it has taken RFC 9421. */
export type SignatureStyle = 'cavage' | 'rfc9421'

/** The row of a host, made when it is first met. */
export async function ensureHost(db: Db, host: string): Promise<number> {
  const found = await db.selectFrom('hosts').select('id').where('host', '=', host).executeTakeFirst()
  if (found !== undefined) return found.id
  const made = await db
    .insertInto('hosts')
    .values({ host })
    .onConflict((conflict) => conflict.column('host').doUpdateSet({ host }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return made.id
}

/** The row of an inbox, made when it is first met, with the row of its host. */
export async function ensureInbox(db: Db, url: string): Promise<number> {
  const found = await db.selectFrom('inboxes').select('id').where('url', '=', url).executeTakeFirst()
  if (found !== undefined) return found.id
  const hostId = await ensureHost(db, new URL(url).host)
  const made = await db
    .insertInto('inboxes')
    .values({ url, hostId })
    .onConflict((conflict) => conflict.column('url').doUpdateSet({ hostId }))
    .returning('id')
    .executeTakeFirstOrThrow()
  return made.id
}

export async function isDomainBlocked(db: Db, host: string): Promise<boolean> {
  return (await findBlockedHosts(db, [host])).has(host)
}

/** Those among these hosts that are blocked, with one query. */
export async function findBlockedHosts(db: Db, hosts: readonly string[]): Promise<ReadonlySet<string>> {
  const candidates = new Set(hosts.flatMap(listDomains))
  const rows = await sql<{ domain: string }>`
    select domain from domain_blocks where domain = any(${[...candidates]}::text[])`.execute(db)
  const blocked = new Set(rows.rows.map((row) => row.domain))
  return new Set(hosts.filter((host) => listDomains(host).some((domain) => blocked.has(domain))))
}

/** A block of a domain covers its subdomains: `a.b.example` -> itself, `b.example`, `example`. */
function listDomains(host: string): string[] {
  const labels = host.replace(/:\d+$/, '').toLowerCase().split('.')
  return [host, ...labels.map((_, index) => labels.slice(index).join('.'))]
}

export async function listDomainBlocks(db: Db): Promise<{ domain: string; comment: string }[]> {
  return db.selectFrom('domainBlocks').select(['domain', 'comment']).orderBy('domain').execute()
}

export async function insertDomainBlock(db: Db, domain: string, comment: string): Promise<void> {
  await db
    .insertInto('domainBlocks')
    .values({ domain, comment })
    .onConflict((conflict) => conflict.column('domain').doUpdateSet({ comment }))
    .execute()
}

export async function deleteDomainBlock(db: Db, domain: string): Promise<boolean> {
  const result = await db.deleteFrom('domainBlocks').where('domain', '=', domain).executeTakeFirst()
  return result.numDeletedRows > 0n
}

/**
 * After a domain was blocked or allowed: marks all whom we know there, by the host of their id or of their handle, by
 * what all the blocks together say of them.
 */
export async function markActorsOfDomain(tx: Tx, domain: string): Promise<void> {
  const covered = (by: RawBuilder<unknown>) =>
    sql<boolean>`(${isUnder(hostOfUri, by)} or ${isUnder(sql`a.domain`, by)})`
  await sql`
    update remote_actors a
    set domain_blocked = exists (select from domain_blocks b where ${covered(sql`b.domain`)})
    where ${covered(sql`${domain}::text`)}`.execute(tx)
}

const hostOfUri = sql`lower(split_part(a.uri, '/', 3))`

/** The same as `listDomains` says: a host itself, also with its port, and what lies under a domain. */
function isUnder(host: RawBuilder<unknown>, domain: RawBuilder<unknown>): RawBuilder<boolean> {
  const name = sql`regexp_replace(${host}, ':[0-9]+$', '')`
  return sql`(${host} = ${domain} or ${name} = ${domain} 
    or right(${name}, length(${domain}) + 1) = '.' || ${domain})`
}

/** Hosts whose software we do not know yet, or asked for long ago. */
export async function isNodeInfoStale(db: Db, host: string, olderThan: Date): Promise<boolean> {
  const row = await db
    .selectFrom('hosts')
    .select('id')
    .where('host', '=', host)
    .where('nodeInfoCheckedAt', '>', olderThan)
    .executeTakeFirst()
  return row === undefined
}

export async function saveNodeInfo(
  db: Db,
  host: string,
  software: { name: string | null; version: string | null },
  checkedAt: Date,
): Promise<void> {
  await db
    .updateTable('hosts')
    .set((eb) => ({
      software: eb.fn.coalesce(eb.val(software.name), 'software'),
      softwareVersion: eb.fn.coalesce(eb.val(software.version), 'softwareVersion'),
      nodeInfoCheckedAt: checkedAt,
    }))
    .where('host', '=', host)
    .execute()
}

/** How a host took a signature the last time that something was delivered to it. */
export async function findSignatureStyle(db: Db, host: string): Promise<SignatureStyle | undefined> {
  const row = await db
    .selectFrom('hosts')
    .select('signatureStyle')
    .where('host', '=', host)
    .executeTakeFirst()
  return (row?.signatureStyle ?? undefined) as SignatureStyle | undefined
}

/** These hosts took a signature of that style: it is the one to begin with. */
export async function saveSignatureStyle(
  db: Db,
  hostIds: readonly number[],
  style: SignatureStyle,
): Promise<void> {
  if (hostIds.length === 0) return
  await db.updateTable('hosts').set({ signatureStyle: style }).where('id', 'in', hostIds).execute()
}

/**
 * The host spoke to us: whatever we thought of it, it lives, and what waits for it may go out now.
 * @returns whether its lane was failing and is open again
 */
export async function noteContact(db: Db, host: string, at: Date): Promise<boolean> {
  await db.updateTable('hosts').set({ lastHeardAt: at }).where('host', '=', host).execute()
  return reopenLane(db, host)
}
