import { fork } from 'node:child_process'
import { once } from 'node:events'

type Question = { readonly name: string; readonly data: unknown }
type Reply = { readonly value: unknown } | { readonly error: string }
type Answers = Readonly<Record<string, (data: never) => unknown>>

/** A part of a benchmark in a process of its own, so that it does not share our event loop. */
export type Program = AsyncDisposable & {
  readonly pid: number
  /** One question at a time. @throws Error with what the program said went wrong */
  ask<T>(name: string, data?: unknown): Promise<T>
}

export function startProgram(file: URL): Program {
  const child = fork(file, {
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit')
  const ask = async <T>(name: string, data?: unknown): Promise<T> => {
    child.send({ name, data } satisfies Question)
    const died = ended.then(() => Promise.reject(new Error(`${file.pathname} ended by itself`)))
    const [reply] = (await Promise.race([once(child, 'message'), died])) as [Reply]
    if ('error' in reply) throw new Error(`${file.pathname}: ${reply.error}`)
    return reply.value as T
  }
  const end = async () => {
    child.kill()
    await ended
  }
  return { pid: child.pid ?? -1, ask, [Symbol.asyncDispose]: end }
}

/** The other side: answers questions by name, and ends with whoever asks. */
export function answerQuestions(answers: Answers): void {
  process.on('disconnect', () => process.exit())
  process.on('message', (question: Question) => {
    reply(answers, question).catch((error: unknown) => process.send?.({ error: String(error) }))
  })
}

async function reply(answers: Answers, { name, data }: Question): Promise<void> {
  const value = await answers[name]?.(data as never)
  process.send?.({ value } satisfies Reply)
}
