/** A picture as a camera writes it, and what has become of it. */
import type { Locator, Page } from '@playwright/test'
import sharp from 'sharp'

/** Red above blue, as a camera on its side writes it: lying, with a note of how it was held. */
export async function photograph() {
  const half = (left: number, background: string) => ({
    input: { create: { width: 400, height: 400, channels: 3 as const, background } },
    left,
    top: 0,
  })
  const buffer = await sharp({
    create: { width: 800, height: 400, channels: 3, background: 'white' },
  })
    .composite([half(0, 'red'), half(400, 'blue')])
    .withExif({ IFD0: { Artist: 'Alice' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer()
  return { name: 'IMG_0001.JPG', mimeType: 'image/jpeg', buffer }
}

/** The colours at the top and at the bottom of a picture as the server sends it. */
export async function coloursOf(page: Page, image: Locator): Promise<string[]> {
  const response = await page.request.get((await image.getAttribute('src')) ?? '')
  const { data, info } = await sharp(await response.body())
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const at = (part: number) => {
    const pixel = (Math.floor(info.height * part) * info.width + info.width / 2) * 3
    return (data[pixel] ?? 0) > (data[pixel + 2] ?? 0) ? 'red' : 'blue'
  }
  return [at(0.1), at(0.9)]
}
