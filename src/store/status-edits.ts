import type { Selectable } from 'kysely'
import type { Db, Tx } from '../context.ts'
import type { StatusEdits } from '../db/schema.ts'
import type { Status } from './statuses.ts'

const columns = [
  'id',
  'statusId',
  'title',
  'summary',
  'sensitive',
  'language',
  'source',
  'content',
  'mentions',
  'tags',
  'emojis',
  'attachments',
  'pollOptions',
  'createdAt',
] as const satisfies readonly (keyof StatusEdits)[]

/** What a status said before; `createdAt` is when it was said so. */
export type StatusEdit = Selectable<StatusEdits>

/** Keeps what a status says now, before it says something else. */
export async function insertStatusEdit(
  tx: Tx,
  id: string,
  status: Status,
  pollOptions: string[] | null,
): Promise<void> {
  const { title, summary, sensitive, language, source, content, tags } = status
  await tx
    .insertInto('statusEdits')
    .values({
      ...{ id, title, summary, sensitive, language, source, content, tags, pollOptions },
      statusId: status.id,
      mentions: JSON.stringify(status.mentions),
      emojis: JSON.stringify(status.emojis),
      attachments: JSON.stringify(status.attachments),
      createdAt: status.editedAt ?? status.createdAt,
    })
    .execute()
}

/** Oldest first. */
export async function listStatusEdits(db: Db, statusId: string): Promise<StatusEdit[]> {
  return db.selectFrom('statusEdits').select(columns).where('statusId', '=', statusId).orderBy('id').execute()
}

/** Leaves the latest earlier versions, so many. */
export async function trimStatusEdits(tx: Tx, statusId: string, kept: number): Promise<void> {
  await tx
    .deleteFrom('statusEdits')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('statusEdits')
        .select('id')
        .where('statusId', '=', statusId)
        .orderBy('id', 'desc')
        .offset(kept),
    )
    .execute()
}
