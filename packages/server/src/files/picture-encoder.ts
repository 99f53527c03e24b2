/**
 * Makes two small square pictures of whatever somebody uploads, with nothing of the original left but
 * what one sees: no metadata, no other format. Decoding happens on threads of its own, within limits.
 */
import { AppError } from '../errors.ts'
import { Turns } from '../turns.ts'

export interface EncodedPicture {
  readonly large: Buffer
  readonly small: Buffer
}

const LARGE = 512
const SMALL = 128
const QUALITY = 82
/** Of a camera; a picture that claims more is refused by its header. */
const MAX_PIXELS = 50_000_000
const SECONDS = 10

export class PictureEncoder {
  readonly #turns = new Turns({
    atOnce: 2,
    waiting: 20,
    refusal: 'Too many pictures are being made small. Try again soon.',
    retryAfter: 5,
  })

  async encode(bytes: Buffer): Promise<EncodedPicture> {
    if (!isKnownFormat(bytes)) throw notAPicture()
    this.#turns.refuseIfMany()
    return this.#turns.take(() => encode(bytes))
  }
}

async function encode(bytes: Buffer): Promise<EncodedPicture> {
  const sharp = await loadSharp()
  const square = { fit: 'cover', position: 'centre' } as const
  const options = { quality: QUALITY, effort: 4 }
  try {
    const upright = sharp(bytes, {
      limitInputPixels: MAX_PIXELS,
      sequentialRead: true,
      failOn: 'error',
    })
      .timeout({ seconds: SECONDS })
      .autoOrient()
    const large = await upright
      .resize(LARGE, LARGE, square)
      .webp({ ...options, smartSubsample: true })
      .toBuffer()
    const small = await sharp(large).resize(SMALL, SMALL, square).webp(options).toBuffer()
    return { large, small }
  } catch (error) {
    // What it says is about the inside of the file, and in the words of a library.
    throw Object.assign(notAPicture(), { cause: error })
  }
}

let loaded: Promise<typeof import('sharp').default> | undefined

/** Loaded when somebody uploads a picture, and able to read the formats we take, no others. */
function loadSharp(): Promise<typeof import('sharp').default> {
  loaded ??= import('sharp').then(({ default: sharp }) => {
    sharp.cache(false)
    sharp.block({ operation: ['VipsForeignLoad'] })
    sharp.unblock({
      operation: ['Jpeg', 'Png', 'Webp'].map((format) => `VipsForeignLoad${format}Buffer`),
    })
    return sharp
  })
  return loaded
}

/** By how it begins, whatever it says it is. */
function isKnownFormat(bytes: Buffer): boolean {
  const starts = (hex: string, at = 0) =>
    bytes.subarray(at, at + hex.length / 2).toString('hex') === hex
  const isJpeg = starts('ffd8ff')
  const isPng = starts('89504e470d0a1a0a')
  const isWebp = starts('52494646') && starts('57454250', 8)
  return isJpeg || isPng || isWebp
}

const notAPicture = () =>
  new AppError('bad_request', 'This is not a JPEG, PNG or WebP picture that can be read.', {
    reason: 'picture_invalid',
  })
