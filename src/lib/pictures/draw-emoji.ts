import sharp from 'sharp'

/** What an emoji is drawn as; `still` stands for one that moves. */
export type DrawnEmoji = {
  readonly mediaType: 'image/png' | 'image/gif' | 'image/webp'
  readonly picture: Buffer
  readonly still: Buffer | undefined
  readonly width: number
  readonly height: number
}

const side = 128
const kinds = ['png', 'gif', 'webp']

/**
 * Draws a picture anew, at most 128 x 128 pixels large, without anything else that the file holds.
 * @returns undefined for what is no PNG, GIF or WebP
 * @throws Error for one that cannot be drawn
 */
export async function drawEmoji(path: string): Promise<DrawnEmoji | undefined> {
  const limits = { limitInputPixels: 4096 * 4096, failOn: 'error' } as const
  const { format, pages = 1 } = await sharp(path, { ...limits, animated: true }).metadata()
  if (!kinds.includes(format)) return undefined
  const size = { width: side, height: side, fit: 'inside', withoutEnlargement: true } as const
  const drawn = await sharp(path, limits).resize(size).png().toBuffer({ resolveWithObject: true })
  const { width, height } = drawn.info
  if (pages === 1) return { mediaType: 'image/png', picture: drawn.data, still: undefined, width, height }
  const moving = sharp(path, { ...limits, animated: true }).resize(size)
  const isGif = format === 'gif'
  const picture = await (isGif ? moving.gif() : moving.webp()).toBuffer()
  return { mediaType: isGif ? 'image/gif' : 'image/webp', picture, still: drawn.data, width, height }
}
