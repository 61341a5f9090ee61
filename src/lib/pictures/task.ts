/** How large a picture is to become; it is never made larger. */
export type PictureSize =
  { readonly maxPixels: number } | { readonly width: number; readonly height: number; readonly fit: 'cover' }

export type PictureTask = {
  /** Paths of files on this machine. */
  readonly input: string
  readonly output: string
  readonly preview: string | undefined
  readonly size: PictureSize
  readonly previewSize: PictureSize
  readonly maxPixels: number
  readonly maxFrames: number
  /** A GIF that moves is only measured, unless its first picture is enough. */
  readonly still: boolean
}

export type PictureType = 'image/jpeg' | 'image/png' | 'image/webp'

export type PictureFile = { readonly type: PictureType; readonly width: number; readonly height: number }

export type PictureResult = {
  /** Undefined for a GIF that moves. */
  readonly output: PictureFile | undefined
  readonly preview: PictureFile | undefined
  /** https://blurha.sh */
  readonly blurhash: string | undefined
  /** What it was made of says more than a picture: when, where or by what it was taken. */
  readonly hasMetadata: boolean
}

export type PictureProblem = 'unreadable' | 'too_large'

export type PictureAnswer = { readonly result: PictureResult } | { readonly problem: PictureProblem }
