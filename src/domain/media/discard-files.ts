import type { Context } from '../../context.ts'

/** Deletes files of media whose rows are gone; what is not there is no error. */
export async function discardFiles(
  { storage }: Pick<Context, 'storage'>,
  keys: readonly string[],
): Promise<void> {
  for (const key of keys) await storage.delete(key)
}
