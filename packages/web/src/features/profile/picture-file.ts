/** Owns which files may become a picture, and what is cut out of them. */
import type { Area } from 'react-easy-crop'

/** More than any camera makes; a browser that decodes it stays responsive. */
const mostBytes = 40 * 1024 * 1024
/** Pixels on each side of what is sent. */
const side = 512

export type FileProblem = 'type' | 'size'

/** What speaks against a file before it is opened. Drawings can hold anything and have no pixels. */
export function fileProblem({ type, size }: Pick<File, 'type' | 'size'>): FileProblem | null {
  if (!type.startsWith('image/') || type.startsWith('image/svg')) return 'type'
  return size > mostBytes ? 'size' : null
}

/** The first picture among files that were dropped or pasted; else whatever is there. */
export function pickFile(files: Iterable<File>): File | undefined {
  const all = [...files]
  return all.find((file) => fileProblem(file) === null) ?? all[0]
}

/** Cuts a square out of a picture, upright as its camera meant it, on white where it is transparent. */
export async function cutOut(source: string, area: Area): Promise<Blob> {
  const picture = new Image()
  picture.src = source
  await picture.decode()
  const canvas = document.createElement('canvas')
  canvas.width = side
  canvas.height = side
  const context = canvas.getContext('2d')
  if (!context) throw new Error('This browser draws no pictures.')
  context.fillStyle = 'white'
  context.fillRect(0, 0, side, side)
  context.imageSmoothingQuality = 'high'
  context.drawImage(picture, area.x, area.y, area.width, area.height, 0, 0, side, side)
  return new Promise((resolve, reject) => {
    canvas.toBlob(
      (blob) => (blob ? resolve(blob) : reject(new Error('The picture could not be written.'))),
      'image/webp',
      0.9,
    )
  })
}
