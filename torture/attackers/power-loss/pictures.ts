/** People who set pictures of themselves: files whose names are promised by rows of the database. */
import sharp from 'sharp'

import type { Chance } from '../../chance.ts'
import { isRecord } from '../../json.ts'
import { wait } from '../chatter.ts'
import type { Resident } from '../town.ts'
import { nowInLog, type Moment } from './op-log.ts'

export interface Upload {
  readonly userId: string
  readonly begun: Moment
  /** When it was acknowledged, and as which picture. */
  readonly acknowledged: Moment
  readonly pictureId: string
}

/** As many as a person may send in a burst. */
const ROUNDS = 8

export async function uploadPictures(options: {
  url: string
  people: readonly Resident[]
  chance: Chance
}): Promise<Upload[]> {
  const { url, people, chance } = options
  const uploads: Upload[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const same = await paint(chance)
    // The same picture of several people at once is one file.
    const all = people.map(async (person) =>
      upload(url, person, chance.happens(0.5) ? same : await paint(chance)),
    )
    uploads.push(...(await Promise.all(all)))
    await wait(chance.below(80))
  }
  return uploads
}

function paint(chance: Chance): Promise<Buffer> {
  const color = () => chance.below(256)
  const background = { r: color(), g: color(), b: color() }
  return sharp({ create: { width: 64, height: 64, channels: 3, background } })
    .png()
    .toBuffer()
}

async function upload(url: string, { id, token }: Resident, picture: Buffer): Promise<Upload> {
  const begun = nowInLog()
  const response = await fetch(`${url}/api/v1/me/picture`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
    body: new Uint8Array(picture),
  })
  const me: unknown = await response.json()
  if (!response.ok || !isRecord(me)) throw new Error(`A picture was refused: ${response.status}.`)
  return { userId: id, begun, acknowledged: nowInLog(), pictureId: String(me['picture']) }
}
