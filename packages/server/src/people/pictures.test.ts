import { readdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { crc32, deflateSync } from 'node:zlib'

import { endpoints, errorBody, limits, me, type Endpoint } from '@roost/protocol'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'

import { newClientId, pathOf, type Attempt, type Person } from '../testing/person.ts'
import { sendRaw } from '../testing/send-raw.ts'
import { shareServer } from '../testing/share-server.ts'
import { TestSocket } from '../testing/test-socket.ts'

// Each uploads a few: ten a minute are the limit.
const { server, core, alice, bob, carol, mallory, erin, frank, grace, heidi } = await shareServer([
  'alice',
  'bob',
  'carol',
  'mallory',
  'erin',
  'frank',
  'grace',
  'heidi',
])
const { id: secret } = await alice.makeRoomWith([bob], { visibility: 'private' })
const { id: open } = await alice.makeRoomWith([bob])

const draw = (colour: string, width = 40, height = 40) =>
  sharp({ create: { width, height, channels: 3, background: colour } })
const red = await draw('#ff0000').png().toBuffer()
const blue = await draw('#0000ff').jpeg().toBuffer()

function upload(
  who: Person,
  endpoint: Endpoint,
  bytes: Buffer,
  more: Attempt & { type?: string } = {},
) {
  return sendRaw(server.url, {
    method: endpoint.method,
    path: pathOf(endpoint, more),
    headers: {
      authorization: `Bearer ${who.token}`,
      'content-type': more.type ?? 'image/png',
    },
    body: bytes,
  })
}
const uploadMine = (who: Person, bytes: Buffer, type?: string) =>
  upload(who, endpoints.setMyPicture, bytes, { ...(type !== undefined && { type }) })

async function setMine(who: Person, bytes: Buffer): Promise<string> {
  const reply = await uploadMine(who, bytes)
  expect([reply.status, reply.text]).toEqual([200, expect.any(String)])
  return me.parse(JSON.parse(reply.text)).picture ?? ''
}
const fetchPicture = (who: Person, id: string, query = '', headers = {}) =>
  sendRaw(server.url, {
    path: `/api/v1/pictures/${id}${query}`,
    headers: { authorization: `Bearer ${who.token}`, ...headers },
  })
const refusalOf = ({ status, text }: { status: number; text: string }) => ({
  status,
  ...errorBody.parse(JSON.parse(text)).error,
})
async function countFiles(): Promise<number> {
  // Behind whatever is still being removed.
  await core.files.collect([])
  const entries = readdirSync(join(server.folder, 'files'), {
    recursive: true,
    withFileTypes: true,
  })
  return entries.filter((entry) => entry.isFile()).length
}

test('a picture comes back square, in two sizes, as another file', async () => {
  const wide = await draw('#00ff00', 900, 300)
    .composite([{ input: await draw('#ff0000', 300, 300).png().toBuffer(), left: 300, top: 0 }])
    .jpeg()
    .toBuffer()
  const id = await setMine(alice, wide)
  for (const [query, side] of [
    ['', 512],
    ['?size=large', 512],
    ['?size=small', 128],
  ] as const) {
    const { status, headers, bytes } = await fetchPicture(bob, id, query)
    expect([status, headers['content-type']]).toEqual([200, 'image/webp'])
    expect(Number(headers['content-length'])).toBe(bytes.length)
    expect(await sharp(bytes).metadata()).toMatchObject({
      format: 'webp',
      width: side,
      height: side,
    })
    // The middle of the original: nothing of its green sides.
    const [r, g] = (await sharp(bytes).stats()).channels
    expect(r?.mean).toBeGreaterThan(240)
    expect(g?.mean).toBeLessThan(15)
  }
})

test('where and with what it was taken is gone, and it stands upright', async () => {
  const exif = {
    IFD0: { Make: 'Camera of alice' },
    IFD3: { GPSLatitude: '52/1 31/1 0/1', GPSLatitudeRef: 'N' },
  }
  const halves = await draw('#ff0000', 200, 200)
    .composite([{ input: await draw('#0000ff', 200, 100).png().toBuffer(), left: 0, top: 100 }])
    .withExif(exif)
    .withMetadata({ orientation: 6 })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/">home of alice</x:xmpmeta>')
    .jpeg()
    .toBuffer()
  expect(await sharp(halves).metadata()).toMatchObject({ orientation: 6 })
  expect(halves.includes('Camera of alice')).toBe(true)
  const { bytes } = await fetchPicture(bob, await setMine(alice, halves))
  const { exif: kept, xmp, icc, iptc, orientation } = await sharp(bytes).metadata()
  expect([kept, xmp, icc, iptc, orientation]).toEqual(Array.from({ length: 5 }))
  expect(bytes.includes('alice')).toBe(false)
  // Turned by a quarter: what was at the bottom is on the left.
  const left = await sharp(bytes)
    .extract({ left: 0, top: 0, width: 200, height: 512 })
    .png()
    .toBuffer()
  const [r, , b] = (await sharp(left).stats()).channels
  expect(r?.mean).toBeLessThan(15)
  expect(b?.mean).toBeGreaterThan(240)
})

test('everybody who knows me sees it, and the one before is gone', async () => {
  await alice.openDirect(carol)
  const [mine, theirs] = [await alice.connect(), await carol.connect()]
  const first = await setMine(alice, red)
  const { bytes } = await fetchPicture(carol, first)
  const is = TestSocket.isSignal('user')
  await theirs.find(
    (frame) => is(frame) && frame.signal.type === 'user' && frame.signal.user.picture === first,
  )
  await mine.find(TestSocket.isUserEvent('me.changed'))
  const second = await setMine(alice, blue)
  await theirs.find(
    (frame) => is(frame) && frame.signal.type === 'user' && frame.signal.user.picture === second,
  )
  expect(second).not.toBe(first)
  expect((await fetchPicture(carol, first)).status).toBe(404)
  expect((await fetchPicture(carol, second)).bytes.equals(bytes)).toBe(false)
  expect(await carol.ask(endpoints.user, { params: { id: alice.id } })).toMatchObject({
    picture: second,
  })
  expect(await alice.ask(endpoints.removeMyPicture)).toMatchObject({ picture: null })
  expect((await fetchPicture(carol, second)).status).toBe(404)
  expect(await alice.ask(endpoints.removeMyPicture)).toMatchObject({ picture: null })
  await Promise.all([mine.close(), theirs.close()])
})

test('a disk that is away takes the pictures with it, and nothing else', async () => {
  const id = await setMine(heidi, red)
  const folder = join(server.folder, 'files')
  renameSync(folder, `${folder} away`)
  expect((await fetchPicture(bob, id)).status).toBe(404)
  expect(refusalOf(await uploadMine(heidi, blue))).toMatchObject({
    status: 503,
    code: 'unavailable',
  })
  expect(server.reports.splice(0)).toMatchObject([{ cause: { cause: { code: 'ENOENT' } } }])
  await alice.send(open, 'no picture')
  expect((await bob.ask(endpoints.me)).id).toBe(bob.id)
  renameSync(`${folder} away`, folder)
  expect((await fetchPicture(bob, id)).status).toBe(200)
  const next = await setMine(heidi, blue)
  expect((await fetchPicture(bob, next)).status).toBe(200)
})

test('one file may be the picture of two people, and stays while it is of one', async () => {
  const before = await countFiles()
  const [one, two] = [await setMine(erin, red), await setMine(frank, red)]
  expect(await countFiles()).toBe(before + 2)
  await Promise.all([erin.ask(endpoints.removeMyPicture), setMine(frank, red)])
  expect(await countFiles()).toBe(before + 2)
  expect((await fetchPicture(bob, one)).status).toBe(404)
  expect((await fetchPicture(bob, two)).status).toBe(404)
  const { picture } = await frank.ask(endpoints.me)
  expect((await fetchPicture(bob, picture ?? '')).status).toBe(200)
  await frank.ask(endpoints.removeMyPicture)
  expect(await countFiles()).toBe(before)
})

test('a browser may keep it, and can do nothing with it but show it', async () => {
  const id = await setMine(erin, red)
  const { headers } = await fetchPicture(bob, id, '?size=small')
  expect(headers).toMatchObject({
    'content-type': 'image/webp',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; sandbox",
    'cache-control': 'private, max-age=31536000, immutable',
    'cross-origin-resource-policy': 'same-origin',
  })
  const etag = String(headers['etag'])
  const again = await fetchPicture(bob, id, '?size=small', { 'if-none-match': etag })
  expect([again.status, again.bytes.length]).toEqual([304, 0])
  expect((await fetchPicture(bob, id, '', { 'if-none-match': etag })).status).toBe(200)
  expect((await sendRaw(server.url, { path: `/api/v1/pictures/${id}` })).status).toBe(401)
  const guess = await fetchPicture(bob, id, '?size=huge')
  expect(refusalOf(guess)).toMatchObject({ status: 400, field: 'size' })
})

describe('of a room', () => {
  const inRoom = (id: string) => ({ params: { id } })

  test('it is for whoever may see the room', async () => {
    for (const [room, strangers] of [
      [secret, 404],
      [open, 200],
    ] as const) {
      const socket = await bob.connect()
      const { lastSeq } = await bob.look(room)
      expect((await upload(alice, endpoints.setRoomPicture, blue, inRoom(room))).status).toBe(200)
      const { event } = await socket.event(room, lastSeq + 1)
      expect(event).toMatchObject({
        type: 'conversation.changed',
        message: { content: { action: 'picture' } },
      })
      const { picture } = await bob.look(room)
      expect((await fetchPicture(bob, picture ?? '')).status).toBe(200)
      expect((await fetchPicture(mallory, picture ?? '')).status).toBe(strangers)
      await socket.close()
    }
    const { rooms } = await mallory.ask(endpoints.rooms)
    expect(rooms.find(({ id }) => id === open)?.picture).toMatch(/^[\da-f-]{36}$/)
  })

  test('its administrators alone change it, and others are refused before they send it', async () => {
    const large = Buffer.alloc(limits.pictureBytes + 1)
    for (const bytes of [red, large, Buffer.from('x')])
      for (const [who, room, code] of [
        [mallory, secret, 'not_found'],
        [mallory, open, 'forbidden'],
        [bob, open, 'forbidden'],
        [bob, secret, 'forbidden'],
        [alice, newClientId(), 'not_found'],
      ] as const) {
        expect(
          refusalOf(await upload(who, endpoints.setRoomPicture, bytes, inRoom(room))),
        ).toMatchObject({ code })
        expect(await who.refusal(endpoints.removeRoomPicture, inRoom(room))).toMatchObject({ code })
      }
    const { id: direct } = await alice.openDirect(bob)
    expect(
      refusalOf(await upload(alice, endpoints.setRoomPicture, red, inRoom(direct))),
    ).toMatchObject({ code: 'forbidden' })
    const { picture } = await alice.look(secret)
    expect(await alice.ask(endpoints.removeRoomPicture, inRoom(secret))).toMatchObject({
      picture: null,
    })
    expect((await fetchPicture(alice, picture ?? '')).status).toBe(404)
  })
})

/** A large white square in a small file, of which so many rows are there. */
function bomb(side: number, rows: number): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data])
    const frame = Buffer.alloc(8)
    frame.writeUInt32BE(data.length, 0)
    frame.writeUInt32BE(crc32(body), 4)
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)])
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(side, 0)
  header.writeUInt32BE(side, 4)
  header.set([1, 0, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc((Math.ceil(side / 8) + 1) * rows), { level: 1 })),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

describe('what is no picture, or no honest one', () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><rect/></svg>'
  const html = '<!doctype html><script>alert(1)</script>'
  const wrong: [string, () => Buffer | Promise<Buffer>][] = [
    ['HTML', () => Buffer.from(html)],
    ['SVG', () => Buffer.from(svg)],
    ['SVG with a mark of byte order', () => Buffer.from('\uFEFF' + svg)],
    ['GIF', () => draw('red').gif().toBuffer()],
    ['TIFF', () => draw('red').tiff().toBuffer()],
    ['AVIF', () => draw('red').avif().toBuffer()],
    [
      'a PNG that is HTML after its first bytes',
      () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from(html)]),
    ],
    [
      'a JPEG that is HTML after its first bytes',
      () => Buffer.concat([Buffer.from('ffd8ffe0', 'hex'), Buffer.from(html)]),
    ],
    ['a WebP that is HTML after its first bytes', () => Buffer.from('RIFF\0\0\0\0WEBP' + html)],
    ['half a PNG', async () => (await noise().png().toBuffer()).subarray(0, 20_000)],
    ['half a JPEG', async () => (await noise().jpeg().toBuffer()).subarray(0, 5_000)],
    ['half a WebP', async () => (await noise().webp().toBuffer()).subarray(0, 5_000)],
    ['one byte', () => Buffer.from('x')],
  ]

  test.each(wrong)('%s is refused', async (_what, make) => {
    const files = await countFiles()
    const bytes = await make()
    const who = wrong.findIndex(([, each]) => each === make) % 2 === 0 ? bob : carol
    expect(refusalOf(await uploadMine(who, bytes))).toMatchObject({
      status: 400,
      reason: 'picture_invalid',
    })
    expect(await countFiles()).toBe(files)
    expect(await who.ask(endpoints.me)).toMatchObject({ picture: null })
  })

  test('a picture with a page hidden behind it loses the page', async () => {
    const id = await setMine(grace, Buffer.concat([red, Buffer.from(html)]))
    expect((await fetchPicture(bob, id)).bytes.includes('script')).toBe(false)
  })

  test('a bomb does not go off', async () => {
    // One is what it says it is, and could be read; the other is as large as can be.
    const bombs = [bomb(20_000, 20_000), bomb(50_000, 1_000)]
    const before = process.memoryUsage().rss
    for (const bytes of bombs)
      expect(refusalOf(await uploadMine(grace, bytes))).toMatchObject({
        status: 400,
        reason: 'picture_invalid',
      })
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 ** 2)
  })

  test('one that is too large is refused, whatever it is', async () => {
    const large = Buffer.alloc(limits.pictureBytes + 1)
    red.copy(large)
    expect(refusalOf(await uploadMine(grace, large))).toMatchObject({
      status: 413,
      reason: 'picture_too_large',
    })
  })
})

test('nobody sends more than ten in a minute', async () => {
  const codes: number[] = []
  for (let at = 0; at < 12; at++) codes.push((await uploadMine(mallory, Buffer.from('x'))).status)
  expect(codes.filter((code) => code === 429).length).toBeGreaterThan(0)
  expect(codes.at(-1)).toBe(429)
  expect(codes[0]).toBe(400)
})

test.each(['..%2f..%2froost.db', '%2e%2e', 'files', '..', '%00', 'a'.repeat(64)])(
  'no name leads out of the folder: %s',
  async (name) => {
    const { status, bytes } = await fetchPicture(alice, name)
    expect([400, 404]).toContain(status)
    expect(bytes.includes('SQLite')).toBe(false)
  },
)

const noise = () =>
  sharp({
    create: {
      width: 400,
      height: 400,
      channels: 3,
      background: 'black',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  })
