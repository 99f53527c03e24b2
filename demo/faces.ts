/** Faces drawn by code: flat shapes from a few traits, always the same for the same traits. */

type Hair = 'short' | 'long' | 'bun' | 'curls' | 'bald' | 'scarf' | 'cap' | 'bob'

export interface Face {
  readonly background: string
  readonly skin: string
  readonly hair: Hair
  readonly hairColour: string
  readonly shirt: string
  readonly beard?: boolean
  readonly glasses?: boolean
}

const SIZE = 512

/** A square picture, in SVG. */
export function drawFace(face: Face): string {
  const { background, skin, shirt } = face
  return svg(
    background,
    `<path d="M76 512c8-104 84-148 180-148s172 44 180 148z" fill="${shirt}"/>
     ${behind(face)}
     <path d="M216 330h80v62c0 26-80 26-80 0z" fill="${shade(skin, 0.86)}"/>
     <ellipse cx="256" cy="236" rx="104" ry="122" fill="${skin}"/>
     <circle cx="152" cy="246" r="20" fill="${skin}"/><circle cx="360" cy="246" r="20" fill="${skin}"/>
     ${face.beard ? beard(face) : ''}
     ${eyes(face)}
     <path d="M254 242c-4 22-12 32-6 38 6 4 14 3 18 1" ${line(shade(skin, 0.7), 6)}/>
     <path d="M212 304c22 22 66 22 88 0" ${line(face.beard ? shade(skin, 0.55) : '#8a3b34', 9)}/>
     ${front(face)}`,
  )
}

/** The club: two sails on the water. */
export function drawHarbour(): string {
  return svg(
    '#bfe0ee',
    `<path d="M0 214c80-52 150-60 226-24s150 14 286-40v150H0z" fill="#5f8f78"/>
     <rect y="286" width="512" height="226" fill="#3f7f9f"/>
     <path d="M240 96v236H96z" fill="#fefdfb"/><path d="M256 132v200h112z" fill="#f2b02b"/>
     <path d="M84 350h320c-20 52-66 66-160 66S104 402 84 350z" fill="#2a3540"/>
     <path d="M0 452q64-28 128 0t128 0 128 0 128 0v60H0z" fill="#2f6c8b"/>`,
  )
}

function svg(background: string, shapes: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${SIZE}" height="${SIZE}" viewBox="0 0 ${SIZE} ${SIZE}">
    <rect width="${SIZE}" height="${SIZE}" fill="${background}"/>${shapes}</svg>`
}

function behind({ hair, hairColour: colour }: Face): string {
  switch (hair) {
    case 'long':
      return `<path d="M132 236C124 96 190 76 256 76s132 20 124 160c-2 70 14 118 24 158H108c10-40 26-88 24-158z" fill="${colour}"/>`
    case 'bob':
      return `<path d="M130 330V220c0-100 60-140 126-140s126 40 126 140v110z" fill="${colour}"/>`
    case 'bun':
      return `<circle cx="256" cy="82" r="52" fill="${colour}"/>`
    case 'curls':
      return [
        [150, 170],
        [186, 116],
        [256, 96],
        [326, 116],
        [362, 170],
        [142, 232],
        [370, 232],
      ]
        .map(([x, y]) => `<circle cx="${x}" cy="${y}" r="52" fill="${colour}"/>`)
        .join('')
    case 'scarf':
      return `<path d="M256 74c-92 0-140 70-136 176 2 76 34 152 136 176 102-24 134-100 136-176C396 144 348 74 256 74z" fill="${colour}"/>`
    default:
      return ''
  }
}

function front({ hair, hairColour: colour }: Face): string {
  switch (hair) {
    case 'bald':
      return ''
    case 'scarf':
      return `<path d="M256 96c-72 0-116 52-114 138 20-62 56-92 114-92s94 30 114 92c2-86-42-138-114-138z" fill="${colour}"/>
        <path d="M152 300c18 60 52 92 104 92s86-32 104-92c22 72-8 130-104 130s-126-58-104-130z" fill="${shade(colour, 0.9)}"/>`
    case 'cap':
      return `<path d="M146 196c0-84 52-116 110-116s110 32 110 116z" fill="${colour}"/>
        <path d="M146 190h232c30 0 44 14 44 24H146z" fill="${shade(colour, 0.8)}"/>`
    case 'curls':
      return `<path d="M158 196c24-52 60-44 98-62 34 22 74 14 98 62-8-72-48-102-98-102s-90 30-98 102z" fill="${colour}"/>`
    default:
      return `<path d="M150 222C142 120 200 84 262 84c70 0 110 50 100 138-14-52-40-72-80-84-46 22-102 12-132 84z" fill="${colour}"/>`
  }
}

function beard({ hairColour }: Face): string {
  return `<path d="M154 246c2 92 40 124 102 124s100-32 102-124c-10 40-30 46-58 40-28-6-60-6-88 0-28 6-48 0-58-40z" fill="${hairColour}"/>`
}

function eyes({ glasses, hairColour, skin, hair }: Face): string {
  const brow = line(hair === 'scarf' || hair === 'bald' ? shade(skin, 0.5) : hairColour, 8)
  const pair = `<circle cx="214" cy="234" r="11" fill="#2b2622"/><circle cx="298" cy="234" r="11" fill="#2b2622"/>
    <path d="M194 204q20-12 40-2M278 202q20-10 40 2" ${brow}/>`
  if (!glasses) return pair
  const rim = line('#3a3530', 7)
  return `${pair}<circle cx="214" cy="236" r="34" ${rim}/><circle cx="298" cy="236" r="34" ${rim}/><path d="M248 232h16" ${rim}/>`
}

const line = (colour: string, width: number) =>
  `fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"`

/** A darker form of a colour given as #rrggbb. */
function shade(colour: string, by: number): string {
  const parts = [1, 3, 5].map((at) =>
    Math.round(Number.parseInt(colour.slice(at, at + 2), 16) * by),
  )
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}
