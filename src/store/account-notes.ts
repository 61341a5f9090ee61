import type { Tx } from '../context.ts'

export type AccountNote = {
  readonly accountId: string
  readonly targetId: string
  readonly targetUri: string | null
  readonly comment: string
}

export async function upsertNote(tx: Tx, note: AccountNote): Promise<void> {
  await tx
    .insertInto('accountNotes')
    .values(note)
    .onConflict((conflict) =>
      conflict.columns(['accountId', 'targetId']).doUpdateSet({ comment: note.comment }),
    )
    .execute()
}

export async function deleteNote(tx: Tx, accountId: string, targetId: string): Promise<void> {
  await tx
    .deleteFrom('accountNotes')
    .where('accountId', '=', accountId)
    .where('targetId', '=', targetId)
    .execute()
}
