import WebSocket from 'ws'
import { issueToken } from '../../../src/domain/auth/issue-token.ts'
import type { Actor } from '../../../src/store/actors.ts'
import type { TestServer } from '../../support/server.ts'
import { until } from '../../support/until.ts'

/** A frame that a stream sent. */
export type Frame = {
  readonly stream?: readonly string[]
  readonly event?: string
  readonly payload?: string
  readonly error?: string
  readonly status?: number
}

/** An app that listens. */
export type Socket = {
  readonly socket: WebSocket
  readonly frames: Frame[]
  subscribe(stream: string, more?: object): void
  unsubscribe(stream: string, more?: object): void
  /** Waits for a frame of this event that a test is after. */
  next(event: string, isIt?: (payload: any, frame: Frame) => boolean): Promise<Frame>
  /** Waits until what was asked for before has been done. */
  ready(): Promise<void>
  /** @returns the code that it was closed with */
  closed(): Promise<number>
}

export async function tokenOf(server: TestServer, actor: Actor, scopes = ['read']): Promise<string> {
  return issueToken(server.ctx, actor.id, scopes)
}

export function urlOf(server: TestServer, query = ''): string {
  return `${server.origin.replace('http', 'ws')}/api/v1/streaming${query}`
}

/** @param query such as `stream=user` */
export async function listen(server: TestServer, token: string, query = ''): Promise<Socket> {
  return opened(new WebSocket(urlOf(server, `?access_token=${token}&${query}`)))
}

export async function opened(socket: WebSocket): Promise<Socket> {
  const frames: Frame[] = []
  socket.on('message', (data) => frames.push(JSON.parse(String(data))))
  const code = new Promise<number>((resolve) => socket.once('close', resolve))
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve)
    socket.once('error', reject)
  })
  const say = (frame: object) => socket.send(JSON.stringify(frame))
  return {
    socket,
    frames,
    subscribe: (stream, more = {}) => say({ type: 'subscribe', stream, ...more }),
    unsubscribe: (stream, more = {}) => say({ type: 'unsubscribe', stream, ...more }),
    next: (event, isIt = () => true) =>
      until(
        `a frame of ${event}`,
        () => frames.find((frame) => frame.event === event && isIt(read(frame), frame)),
        { explain: () => JSON.stringify(frames.map((frame) => ({ ...frame, payload: undefined }))) },
      ),
    async ready() {
      // Frames are answered one after the other, and this one with an error.
      const name = `none-${Math.random()}`
      const before = frames.length
      say({ type: name })
      await until('an answer', () => frames.slice(before).some(({ error }) => error !== undefined))
    },
    closed: () => code,
  }
}

/** What a frame tells, as it is meant. */
export function read({ payload }: Frame): any {
  return payload?.startsWith('{') === true ? JSON.parse(payload) : payload
}

/** The words of statuses that arrived on a stream, in order. */
export function words({ frames }: Socket, stream: string): string[] {
  return frames
    .filter((frame) => frame.event === 'update' && frame.stream?.join(' ') === stream)
    .map((frame) => (read(frame).reblog ?? read(frame)).content.replaceAll(/<[^>]+>/g, ''))
}

/** What it was answered to a handshake that failed. */
export async function refusal(socket: WebSocket): Promise<number> {
  return new Promise((resolve, reject) => {
    socket.once('unexpected-response', (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    socket.once('open', () => reject(new Error('It was let in')))
    socket.once('error', () => undefined)
  })
}
