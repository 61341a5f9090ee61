import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { createPictures } from '../../src/lib/pictures/pictures.ts'
import { makePng } from '../support/media-files.ts'
import { until } from '../support/until.ts'

const run = promisify(execFile)

async function taskIn(dir: string) {
  await writeFile(join(dir, 'in'), makePng(40, 30))
  return {
    ...{ input: join(dir, 'in'), output: join(dir, 'out'), preview: undefined, still: true },
    ...{ size: { maxPixels: 300 }, previewSize: { maxPixels: 100 }, maxPixels: 10_000, maxFrames: 1 },
  }
}

test('Pictures are drawn by a process that ends when it has had nothing to do, and comes again', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const pictures = createPictures({ taskMs: 30_000, idleMs: 50 })
  expect(pictures.pid()).toBe(undefined)
  const task = await taskIn(dir)
  expect((await pictures.render(task, 'a')).output).toEqual({ type: 'image/png', width: 20, height: 15 })
  await until('the process to end', () => pictures.pid() === undefined)
  expect((await pictures.render(task, 'a')).output?.width).toBe(20)
  await pictures.close()
  await rm(dir, { recursive: true })
})

test('What takes too long is ended, and the next picture is drawn', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const task = await taskIn(dir)
  const hasty = createPictures({ taskMs: 1, idleMs: 60_000 })
  await expect(hasty.render(task, 'a')).rejects.toMatchObject({ code: 'unavailable' })
  await expect(hasty.render(task, 'a')).rejects.toMatchObject({ code: 'unavailable' })
  await hasty.close()
  await rm(dir, { recursive: true })
})

test('All that wait get their own picture, in turn', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'holdfast-test-'))
  const pictures = createPictures()
  const task = await taskIn(dir)
  const sizes = [100, 200, 300, 400]
  const drawn = await Promise.all(
    sizes.map((maxPixels) =>
      pictures.render({ ...task, output: join(dir, String(maxPixels)), size: { maxPixels } }, 'a'),
    ),
  )
  expect(drawn.map(({ output }) => output?.width)).toEqual([12, 16, 20, 23])
  await pictures.close()
  await rm(dir, { recursive: true })
})

test.runIf(process.platform === 'linux')(
  'The server itself loads no library that draws pictures',
  async () => {
    const script = `
      await import('./src/serve.ts')
      const { readFileSync } = await import('node:fs')
      const maps = readFileSync('/proc/self/maps', 'utf8')
      console.log(JSON.stringify(["libvips", "sharp"].map((name) => maps.includes(name))))`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script])
    expect(JSON.parse(stdout)).toEqual([false, false])
  },
)
