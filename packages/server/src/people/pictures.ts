/** Pictures of people and rooms: setting and removing them, and who may see which. */
import { newId, type Core } from '../core.ts'
import { notFound } from '../errors.ts'
import type { StoredFile } from '../files/file-store.ts'
import type { PictureEncoder } from '../files/picture-encoder.ts'
import { findAccess, requireOpen, requireRoomAdmin } from '../messaging/access.ts'
import { changeRoomIn } from '../messaging/room-changes.ts'
import type { Db, Tx } from '../storage/database.ts'
import { requireAccount, tellOfUser } from './settings.ts'

/** Whose picture it is. */
type Owner = { readonly userId: string } | { readonly conversationId: string }

interface Upload {
  readonly encoder: PictureEncoder
  readonly bytes: Buffer
}

export function setMyPicture(
  core: Core,
  { userId, ...upload }: { userId: string } & Upload,
): Promise<void> {
  return store(core, upload, async (tx, files) => {
    await requireAccount(tx, userId)
    const picture = await insertPicture(core, tx, { owner: { userId }, ...files })
    await showPicture(core, tx, userId, picture)
  })
}

export async function removeMyPicture(core: Core, userId: string): Promise<void> {
  await core.database.write(async (tx) => {
    const { picture } = await tx.db
      .selectFrom('users')
      .select('picture')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    if (picture === null) return
    await dropPicture(core, tx, { userId })
    await showPicture(core, tx, userId, null)
  })
}

async function showPicture(core: Core, tx: Tx, userId: string, picture: string | null) {
  await tx.db.updateTable('users').set({ picture }).where('id', '=', userId).execute()
  await tellOfUser(core, tx, userId)
}

interface InRoom {
  readonly conversationId: string
  readonly userId: string
}

/** The check that setting a room's picture makes, for before it is uploaded. */
export async function checkMaySetPicture(db: Db, { conversationId, userId }: InRoom) {
  const access = await findAccess(db, conversationId, userId)
  requireRoomAdmin(access)
  requireOpen(access)
}

export function setRoomPicture(
  core: Core,
  { conversationId, userId, ...upload }: InRoom & Upload,
): Promise<void> {
  return store(core, upload, async (tx, files) => {
    const picture = await insertPicture(core, tx, { owner: { conversationId }, ...files })
    await changeRoomIn(core, tx, { conversationId, userId, change: { picture } })
  })
}

export async function removeRoomPicture(core: Core, { conversationId, userId }: InRoom) {
  await core.database.write(async (tx) => {
    await changeRoomIn(core, tx, { conversationId, userId, change: { picture: null } })
    await dropPicture(core, tx, { conversationId })
  })
}

/** Removes the picture of someone or of a room that is going, or gets another. */
export async function dropPicture(core: Core, tx: Tx, owner: Owner): Promise<void> {
  const pictures = tx.db.deleteFrom('pictures').returning(['large', 'small'])
  const gone = await (
    'userId' in owner
      ? pictures.where('userId', '=', owner.userId)
      : pictures.where('conversationId', '=', owner.conversationId)
  ).execute()
  if (gone.length === 0) return
  const hashes = gone.flatMap(({ large, small }) => [large, small])
  tx.afterCommit(() => void core.files.collect(hashes))
}

interface Stored {
  readonly large: string
  readonly small: string
}

async function store(
  core: Core,
  { encoder, bytes }: Upload,
  refer: (tx: Tx, stored: Stored) => Promise<void>,
): Promise<void> {
  const encoded = await encoder.encode(bytes)
  await core.files.keep([encoded.large, encoded.small], ([large = '', small = '']) =>
    core.database.write((tx) => refer(tx, { large, small })),
  )
}

/** In place of the one before. A picture never changes: another one has another id. */
async function insertPicture(
  core: Core,
  tx: Tx,
  { owner, ...stored }: Stored & { owner: Owner },
): Promise<string> {
  await dropPicture(core, tx, owner)
  const id = newId(core)
  await tx.db
    .insertInto('pictures')
    .values({
      id,
      userId: null,
      conversationId: null,
      ...owner,
      ...stored,
      createdAt: core.now(),
    })
    .execute()
  return id
}

/** People's faces are for everyone here; a room's picture for whoever may see the room. */
export async function readPicture(
  core: Core,
  request: { id: string; userId: string; size: 'small' | 'large' },
): Promise<StoredFile> {
  const { id, userId, size } = request
  const hash = await core.database.read(async (db) => {
    const picture = await db
      .selectFrom('pictures')
      .select(['conversationId', 'large', 'small'])
      .where('id', '=', id)
      .executeTakeFirst()
    if (!picture) throw notFound()
    if (picture.conversationId !== null) await findAccess(db, picture.conversationId, userId)
    return picture[size]
  })
  const file = await core.files.read(hash)
  // Replaced while it was asked for.
  if (!file) throw notFound()
  return file
}
