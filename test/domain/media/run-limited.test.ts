import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { mayBeAlone, runLimited } from '../../../src/domain/media/ffmpeg/run-limited.ts'
import { describeWith } from '../../support/parts.ts'

const limits = { seconds: 10, memory: 2 * 1024 ** 3, fileSize: 1_048_576 }

const isPossible = await mayBeAlone()

await describeWith('ffmpeg', 'What reads files of strangers', () => {
  test.runIf(isPossible)('reaches nobody, not even on this machine', async () => {
    let visits = 0
    const server = createServer((socket) => {
      visits++
      socket.destroy()
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const args = ['-v', 'error', '-f', 'mov', '-i', `tcp://127.0.0.1:${port}`]
    await expect(runLimited('ffprobe', args, limits)).rejects.toThrow('unreachable')
    expect(visits).toBe(0)
    server.close()
  })
})
