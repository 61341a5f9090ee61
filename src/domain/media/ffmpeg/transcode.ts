import { inputOf, rateOf, type Footage } from './probe.ts'
import { runLimited } from './run-limited.ts'

type Source = { readonly path: string; readonly mediaType: string; readonly footage: Footage }

const limits = { seconds: 600, memory: 4 * 1024 ** 3, fileSize: 99 * 1_048_576 } as const

const quiet = ['-nostdin', '-hide_banner', '-v', 'error', '-y'] as const
/** No titles, places, chapters, covers or subtitles: picture and sound alone. */
const bare = ['-map_metadata', '-1', '-map_chapters', '-1', '-sn', '-dn', '-bitexact'] as const
const inMp4 = ['-movflags', '+faststart', '-f', 'mp4'] as const

/** What a video of more pixels is scaled down to: 1080p, whichever way it stands. */
const maxPixels = 1920 * 1080
const maxFrameRate = 60

/**
 * Makes what every browser plays: H.264 and AAC in an MP4 that plays while it arrives.
 * @param isLoop without sound
 * @throws ProgramError
 */
export async function transcodeVideo(source: Source, output: string, isLoop: boolean): Promise<void> {
  const { path, mediaType, footage } = source
  const video = isPlayable(source) ? ['-c:v', 'copy'] : encodeVideo(footage)
  const sound =
    footage.audio?.codec === 'aac' ? ['-c:a', 'copy'] : ['-c:a', 'aac', '-b:a', '128k', '-ac', '2']
  const streams = isLoop ? ['-map', '0:v:0', '-an'] : ['-map', '0:V:0', '-map', '0:a:0?', ...sound]
  await runLimited(
    'ffmpeg',
    [...quiet, ...inputOf(path, mediaType), ...streams, ...video, ...bare, ...inMp4, `file:${output}`],
    limits,
  )
}

/**
 * Makes an MP3.
 * @throws ProgramError
 */
export async function transcodeAudio(source: Source, output: string): Promise<void> {
  const { path, mediaType, footage } = source
  const sound = footage.audio?.codec === 'mp3' ? ['-c:a', 'copy'] : ['-c:a', 'libmp3lame', '-q:a', '2']
  const tags = ['-id3v2_version', '0', '-write_xing', '1']
  const streams = ['-map', '0:a:0', '-vn', ...sound, ...bare, ...tags]
  await runLimited(
    'ffmpeg',
    [...quiet, ...inputOf(path, mediaType), ...streams, '-f', 'mp3', `file:${output}`],
    limits,
  )
}

/**
 * Draws the first picture of a video that this server made, as a PNG.
 * @throws ProgramError
 */
export async function extractFrame(path: string, output: string): Promise<void> {
  const frame = ['-map', '0:V:0', '-frames:v', '1', '-c:v', 'png', '-f', 'image2', '-update', '1']
  await runLimited('ffmpeg', [...quiet, ...inputOf(path, 'video/mp4'), ...frame, `file:${output}`], {
    ...limits,
    seconds: 30,
  })
}

/** Whether browsers play the pictures as they are. */
function isPlayable({ mediaType, footage: { video } }: Source): boolean {
  if (video === undefined || !/^video\/(mp4|quicktime)$/.test(mediaType)) return false
  const { codec, pixelFormat, isTurned, width, height, frameRate } = video
  const isPlain = codec === 'h264' && pixelFormat === 'yuv420p' && !isTurned
  return isPlain && width * height <= maxPixels && rateOf(frameRate) <= maxFrameRate
}

function encodeVideo({ video }: Footage): string[] {
  const { width = 2, height = 2 } = video ?? {}
  const ratio = Math.min(1, Math.sqrt(maxPixels / (width * height)))
  const even = (length: number): number => Math.max(2, Math.floor((length * ratio) / 2) * 2)
  return [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-pix_fmt', 'yuv420p', '-threads', '2'],
    ...['-vf', `scale=${even(width)}:${even(height)},setsar=1`, '-fpsmax', String(maxFrameRate)],
  ]
}
