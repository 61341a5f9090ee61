import { afterAll } from 'vitest'

/**
 * What all tests of a file use, given back after the last of them, in reverse order. For the top of a file, which
 * vitest waits for: `const server = await use(startServer())`.
 */
export async function use<T extends AsyncDisposable>(started: Promise<T>): Promise<T> {
  const it = await started
  afterAll(() => it[Symbol.asyncDispose]())
  return it
}
