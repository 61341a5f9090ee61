import { writeFileSync } from 'node:fs'
import { encode } from 'blurhash'
import sharp, { type Metadata, type Sharp } from 'sharp'
import type {
  PictureAnswer,
  PictureFile,
  PictureResult,
  PictureSize,
  PictureTask,
  PictureType,
} from './task.ts'

/** A process of its own, since it reads what strangers wrote: see `pictures.ts`. */
const maxMemory = 1024 ** 3

const quality = { jpeg: 85, webp: 85, preview: 75 } as const

sharp.cache(false)
sharp.concurrency(1)
sharp.block({ operation: ['VipsForeignLoad'] })
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((format) => `VipsForeignLoad${format}File`),
})
becomeFirstVictim()
setInterval(() => {
  if (process.memoryUsage.rss() > maxMemory) process.kill(process.pid, 'SIGKILL')
}, 50)
process.once('disconnect', () => process.exit())
process.on('message', (task: PictureTask) => void work(task).then((answer) => process.send?.(answer)))

async function work(task: PictureTask): Promise<PictureAnswer> {
  try {
    const metadata = await open(task.input, task).metadata()
    const { width, height, pages = 1 } = metadata
    if (width * height > task.maxPixels || pages > task.maxFrames) return { problem: 'too_large' }
    if (metadata.format === 'gif' && pages > 1 && !task.still)
      return { result: { ...nothing, hasMetadata: tells(metadata) } }
    return { result: await render(task, metadata) }
  } catch (error) {
    const isLarge =
      error instanceof Error && /pixel limit|too large|dimensions? .*exceed/i.test(error.message)
    return { problem: isLarge ? 'too_large' : 'unreadable' }
  }
}

const nothing: PictureResult = {
  output: undefined,
  preview: undefined,
  blurhash: undefined,
  hasMetadata: false,
}

function tells({ exif, xmp, iptc, comments }: Metadata): boolean {
  return [exif, xmp, iptc, comments].some((each) => each !== undefined && each.length > 0)
}

function open(input: string, { maxPixels }: PictureTask): Sharp {
  return sharp(input, { limitInputPixels: maxPixels, failOn: 'error', pages: 1 })
}

/** Only the picture is written: no metadata, turned as it is meant to be seen, in sRGB. */
async function render(task: PictureTask, metadata: Metadata): Promise<PictureResult> {
  const turned = open(task.input, task).autoOrient().toColourspace('srgb')
  const isTurned = (metadata.orientation ?? 1) >= 5
  const { width, height } = metadata
  const size = isTurned ? { width: height, height: width } : { width, height }
  const output = await write(resize(turned, task.size, size), task.output, typeOf(metadata), 'full')
  const hasMetadata = tells(metadata)
  if (task.preview === undefined) return { ...nothing, output, hasMetadata }
  const type = metadata.hasAlpha ? 'image/webp' : 'image/jpeg'
  const preview = await write(
    resize(open(task.output, task), task.previewSize, output),
    task.preview,
    type,
    'preview',
  )
  return { output, preview, blurhash: await blur(task.preview), hasMetadata }
}

/** As it came where browsers show that well. */
function typeOf({ format, hasAlpha }: Metadata): PictureType {
  if (format === 'jpeg') return 'image/jpeg'
  if (format === 'png' || format === 'gif') return 'image/png'
  return format === 'webp' || hasAlpha ? 'image/webp' : 'image/jpeg'
}

function resize(picture: Sharp, size: PictureSize, from: { width: number; height: number }): Sharp {
  if ('fit' in size) return picture.resize(size)
  const ratio = Math.sqrt(size.maxPixels / (from.width * from.height))
  if (ratio >= 1) return picture
  return picture.resize(fit(from.width, ratio), fit(from.height, ratio), { fit: 'fill' })
}

function fit(length: number, ratio: number): number {
  return Math.max(1, Math.round(length * ratio))
}

async function write(
  picture: Sharp,
  path: string,
  type: PictureType,
  use: 'full' | 'preview',
): Promise<PictureFile> {
  const { width, height } = await encodeAs(picture, type, use).toFile(path)
  return { type, width, height }
}

function encodeAs(picture: Sharp, type: PictureType, use: 'full' | 'preview'): Sharp {
  if (type === 'image/png') return picture.png({ compressionLevel: 7 })
  if (type === 'image/webp') return picture.webp({ quality: use === 'full' ? quality.webp : quality.preview })
  return picture
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: use === 'full' ? quality.jpeg : quality.preview, progressive: true })
}

async function blur(path: string): Promise<string> {
  const { data, info } = await sharp(path)
    .resize(32, 32, { fit: 'inside' })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  return encode(new Uint8ClampedArray(data), info.width, info.height, 4, 3)
}

/** Where memory is short, this process goes before the server does. */
function becomeFirstVictim(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '1000')
  } catch {
    // Not a Linux machine.
  }
}
