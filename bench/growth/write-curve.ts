import { keep } from '../report/keep.ts'
import type { Measured } from './curve.ts'

/** Keeps a curve beside what else is measured, under names that say what it is. */
export function writeCurve(name: string, { pictures, ...rest }: Measured): void {
  const named = pictures.map(({ name: picture, svg }) => ({ name: `growth-${picture}`, svg }))
  keep(`growth-${name}`, { ...rest, pictures: named })
}
