import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { DomainError } from '../errors.ts'
import { createSlots } from '../slots.ts'
import type { PictureAnswer, PictureProblem, PictureResult, PictureTask } from './task.ts'

/** Reads and writes pictures in a process of its own. */
export type Pictures = {
  /**
   * @param sharer for whom: few of theirs may wait at the same time
   * @throws DomainError `invalid` for what is no picture or too large, `unavailable` when it could not be done
   */
  render(task: PictureTask, sharer: string): Promise<PictureResult>
  /** Of the process, while there is one. */
  pid(): number | undefined
  close(): Promise<void>
}

type Patience = { readonly taskMs: number; readonly idleMs: number }

const usual: Patience = { taskMs: 30_000, idleMs: 60_000 }
const places = { total: 1, perKey: 1, maxWaiting: 60, maxWaitingPerKey: 6 } as const
const childPath = fileURLToPath(new URL('./child.ts', import.meta.url))

const words: Readonly<Record<PictureProblem, string>> = {
  unreadable: 'Validation failed: File is damaged, or not a picture that can be read',
  too_large: 'Validation failed: File has too many pixels or frames',
}

/**
 * What strangers drew is decoded apart from the server: the process is started when it is needed, works on one picture at
 * a time, and is ended when it takes too long, and when it has had nothing to do for a while.
 */
export function createPictures({ taskMs, idleMs }: Patience = usual): Pictures {
  const slots = createSlots(places)
  const closing = new AbortController()
  let child: ChildProcess | undefined
  let idle: NodeJS.Timeout | undefined

  const start = (): ChildProcess => {
    const started = startChild()
    child = started
    const forget = () => {
      if (child === started) child = undefined
    }
    started.once('exit', forget).once('error', forget)
    return started
  }
  const rest = (): void => {
    idle = setTimeout(() => {
      child?.kill('SIGKILL')
      child = undefined
    }, idleMs).unref()
  }

  return {
    async render(task, sharer) {
      const release = await slots.take(sharer, closing.signal)
      if (release === undefined) throw new DomainError('unavailable', 'Too much is uploaded at once.')
      clearTimeout(idle)
      try {
        return await ask(child ?? start(), task, taskMs)
      } finally {
        rest()
        release()
      }
    },
    pid: () => child?.pid,
    async close() {
      closing.abort()
      clearTimeout(idle)
      const last = child
      if (last === undefined) return
      const ended = once(last, 'exit')
      last.kill('SIGKILL')
      await ended
    },
  }
}

/** It knows nothing of ours: no settings, no secrets, no open files. */
function startChild(): ChildProcess {
  const child = fork(childPath, [], {
    execArgv: ['--max-old-space-size=128', '--disable-warning=ExperimentalWarning'],
    env: {},
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  })
  child.unref()
  child.channel?.unref()
  return child
}

async function ask(child: ChildProcess, task: PictureTask, taskMs: number): Promise<PictureResult> {
  const settled = new AbortController()
  const { signal } = settled
  const timer = setTimeout(() => child.kill('SIGKILL'), taskMs)
  try {
    const ended = once(child, 'exit', { signal }).then(() => {
      throw new DomainError('unavailable', 'The picture could not be processed. Try again in a moment!')
    })
    const answered = once(child, 'message', { signal })
    child.send(task, () => undefined)
    child.channel?.ref()
    const [answer] = (await Promise.race([answered, ended])) as [PictureAnswer]
    if ('problem' in answer) throw new DomainError('invalid', words[answer.problem])
    return answer.result
  } finally {
    clearTimeout(timer)
    child.channel?.unref()
    settled.abort()
  }
}
