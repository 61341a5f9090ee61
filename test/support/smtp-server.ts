import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'

/** A mail as it came over the wire. */
export type ReceivedMail = { readonly from: string; readonly to: readonly string[]; readonly data: string }

/** A server that takes mail: https://www.rfc-editor.org/rfc/rfc5321, as far as a client needs it. */
export type SmtpServer = AsyncDisposable & {
  readonly url: string
  readonly mails: readonly ReceivedMail[]
  /** From now on mail is refused with this answer, such as `451 Try later`; undefined takes it again. */
  refuse(answer: string | undefined): void
}

export async function startSmtpServer(): Promise<SmtpServer> {
  const mails: ReceivedMail[] = []
  const sockets = new Set<Socket>()
  const refusal: { answer: string | undefined } = { answer: undefined }
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', () => socket.destroy())
    converse(
      socket,
      () => refusal.answer,
      (mail) => mails.push(mail),
    )
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    refuse: (answer) => {
      refusal.answer = answer
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function converse(
  socket: Socket,
  refusal: () => string | undefined,
  keep: (mail: ReceivedMail) => void,
): void {
  let [buffer, from, inData] = ['', '', false]
  let to: string[] = []
  const say = (line: string) => socket.write(`${line}\r\n`)
  const takeData = (): boolean => {
    const end = buffer.indexOf('\r\n.\r\n')
    if (end < 0) return false
    keep({ from, to, data: buffer.slice(0, end).replaceAll('\r\n..', '\r\n.') })
    buffer = buffer.slice(end + 5)
    to = []
    inData = false
    say('250 Taken')
    return true
  }
  const takeLine = (): boolean => {
    const end = buffer.indexOf('\r\n')
    if (end < 0) return false
    const line = buffer.slice(0, end)
    buffer = buffer.slice(end + 2)
    const verb = line.slice(0, 4).toUpperCase()
    if (verb === 'QUIT') socket.end('221 Bye\r\n')
    else if (verb === 'DATA') {
      inData = true
      say('354 Go on')
    } else if (verb === 'MAIL') {
      from = addressIn(line)
      say(refusal() ?? '250 Fine')
    } else {
      if (verb === 'RCPT') to.push(addressIn(line))
      say('250 Fine')
    }
    return true
  }
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    buffer += chunk
    while (inData ? takeData() : takeLine());
  })
  say('220 mail.example')
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? ''
}
