import { once } from 'node:events'
import { createServer } from 'node:http'
import { BED } from './bed.ts'
import { freePort } from './free-port.ts'
import { startTlsFront } from './tls.ts'

// Runs in the bed and prints what one sees there: a front with a server behind it, one without, and the outside.

const [dir = ''] = process.argv.slice(2)
const port = await freePort()
const server = createServer((request, response) => {
  const { host, 'x-forwarded-proto': proto } = request.headers
  response.end(JSON.stringify({ host, proto }))
})
await once(server.listen(port, '127.0.0.1'), 'listening')
await using _front = await startTlsFront(dir, BED['ours.test'], port)
await using _orphan = await startTlsFront(dir, BED['theirs.test'], await freePort())

const answer = await fetch('https://ours.test/')
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`)
print({ ours: { status: answer.status, seen: await answer.json() } })
print({ theirs: { status: (await fetch('https://theirs.test/')).status } })
print({
  outside: await fetch('http://9.9.9.9/').catch((error: Error) => (error.cause as { code: string }).code),
})
server.closeAllConnections()
server.close()
