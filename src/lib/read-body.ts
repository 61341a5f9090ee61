import type { IncomingMessage } from 'node:http'

export type BodyProblem = 'too-large' | 'too-slow' | 'broken'

/**
 * The raw bytes of a request, before anything parses them.
 * @param limits `maxBytes` of body; `timeoutMs` for all of it, however it drips
 */
export async function readBody(
  request: IncomingMessage,
  limits: { maxBytes: number; timeoutMs: number },
): Promise<Buffer | BodyProblem> {
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBytes) return 'too-large'
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let size = 0
    const settle = (result: Buffer | BodyProblem): void => {
      clearTimeout(timer)
      request.off('data', take).off('end', finish).off('close', fail)
      resolve(result)
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      chunks.push(chunk)
      if (size > limits.maxBytes) settle('too-large')
    }
    const finish = (): void => settle(Buffer.concat(chunks, size))
    const fail = (): void => settle('broken')
    const timer = setTimeout(() => settle('too-slow'), limits.timeoutMs)
    request.on('data', take).on('end', finish).on('close', fail).on('error', fail)
  })
}
