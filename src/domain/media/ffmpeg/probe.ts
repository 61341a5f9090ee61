import { z } from 'zod'
import { ProgramError, runLimited } from './run-limited.ts'

/** A picture or sound that a file holds. */
export type Footage = {
  readonly video:
    | {
        readonly codec: string
        readonly width: number
        readonly height: number
        /** A ratio, such as `30/1`. */
        readonly frameRate: string
        readonly pixelFormat: string
        readonly isTurned: boolean
      }
    | undefined
  readonly audio: { readonly codec: string } | undefined
  /** Seconds; undefined where the file does not tell. */
  readonly duration: number | undefined
}

const stream = z.object({
  codec_type: z.string(),
  codec_name: z.string().default(''),
  width: z.number().int().default(0),
  height: z.number().int().default(0),
  avg_frame_rate: z.string().default('0/0'),
  r_frame_rate: z.string().default('0/0'),
  pix_fmt: z.string().default(''),
  disposition: z.object({ attached_pic: z.number().default(0) }).default({ attached_pic: 0 }),
  side_data_list: z.array(z.object({ rotation: z.number().default(0) })).default([]),
})
const answer = z.object({
  streams: z.array(stream).default([]),
  format: z.object({ duration: z.coerce.number().optional() }).default({}),
})

const limits = { seconds: 20, memory: 2 * 1024 ** 3, fileSize: 1 } as const

/** The one demuxer that may read a file, by what its first bytes say that it is. */
const demuxers: Readonly<Record<string, string>> = {
  'image/gif': 'gif',
  'video/mp4': 'mov',
  'audio/mp4': 'mov',
  'video/quicktime': 'mov',
  'video/webm': 'matroska',
  'audio/webm': 'matroska',
  'audio/ogg': 'ogg',
  'video/ogg': 'ogg',
  'audio/mpeg': 'mp3',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/wav': 'wav',
}

/** How a file of strangers is opened: by one demuxer, and nothing that it names is. */
export function inputOf(path: string, mediaType: string): string[] {
  const demuxer = demuxers[mediaType]
  if (demuxer === undefined) throw new ProgramError(`No demuxer for ${mediaType}`)
  return ['-protocol_whitelist', 'file', '-f', demuxer, '-i', `file:${path}`]
}

/**
 * What a file holds.
 * @throws ProgramError
 */
export async function probe(path: string, mediaType: string): Promise<Footage> {
  const shown = ['-show_streams', '-show_format', '-of', 'json']
  const text = await runLimited(
    'ffprobe',
    ['-v', 'error', '-hide_banner', ...shown, ...inputOf(path, mediaType)],
    limits,
  )
  const parsed = answer.safeParse(JSON.parse(text))
  if (!parsed.success) throw new ProgramError('ffprobe said something odd', { cause: parsed.error })
  const { streams, format } = parsed.data
  const video = streams.find((each) => each.codec_type === 'video' && each.disposition.attached_pic === 0)
  const audio = streams.find((each) => each.codec_type === 'audio')
  return {
    video: video && describeVideo(video),
    audio: audio && { codec: audio.codec_name },
    duration: format.duration,
  }
}

function describeVideo(video: z.output<typeof stream>): Footage['video'] {
  const turn = video.side_data_list.map(({ rotation }) => rotation).find((rotation) => rotation !== 0)
  const isSideways = turn !== undefined && Math.abs(turn) % 180 === 90
  const frameRate = rateOf(video.avg_frame_rate) > 0 ? video.avg_frame_rate : video.r_frame_rate
  return {
    codec: video.codec_name,
    width: isSideways ? video.height : video.width,
    height: isSideways ? video.width : video.height,
    frameRate,
    pixelFormat: video.pix_fmt,
    isTurned: turn !== undefined,
  }
}

/** Frames in a second; 0 where that is not known. */
export function rateOf(ratio: string): number {
  const [frames = 0, seconds = 0] = ratio.split('/').map(Number)
  return seconds > 0 && frames > 0 ? frames / seconds : 0
}
