import { hueOf, type Hue } from '../../ui/identity.ts'

const inks: Record<Hue, string> = {
  clay: 'text-clay',
  amber: 'text-amber',
  straw: 'text-straw',
  moss: 'text-moss',
  sea: 'text-sea',
  harbour: 'text-harbour',
  dusk: 'text-dusk',
  heather: 'text-heather',
}

/** The colour in which someone's name is written: the ink of their avatar. */
export function hueInk(userId: string): string {
  return inks[hueOf(userId)]
}
