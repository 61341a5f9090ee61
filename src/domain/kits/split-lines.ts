import { DomainError } from '../../lib/errors.ts'

/**
 * The lines of a text that comes in chunks, without their ends; the last one need not have any.
 * @throws DomainError `invalid` when a line, or all together, are longer than `limits`, in bytes
 */
export async function* splitLines(
  source: AsyncIterable<Uint8Array>,
  limits: { readonly line: number; readonly file: number },
): AsyncGenerator<string> {
  let held: Buffer[] = []
  let total = 0
  for await (const chunk of source) {
    total += chunk.length
    let start = 0
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      yield Buffer.concat([...held, chunk.subarray(start, end)]).toString()
      held = []
      start = end + 1
    }
    if (start < chunk.length) held.push(Buffer.from(chunk.subarray(start)))
    const waiting = held.reduce((sum, { length }) => sum + length, 0)
    if (waiting > limits.line || total > limits.file)
      throw new DomainError('invalid', 'This file is larger than a recovery kit may be.')
  }
  if (held.length > 0) yield Buffer.concat(held).toString()
}
