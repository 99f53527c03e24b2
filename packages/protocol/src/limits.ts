/** The numbers both sides agree on. Times are milliseconds, lengths are UTF-16 code units. */
export const limits = {
  messageLength: 10_000,
  userNameMin: 2,
  userNameMax: 32,
  displayNameMax: 80,
  passwordMin: 10,
  passwordMax: 128,
  roomNameMax: 80,
  topicMax: 300,
  aboutMax: 140,
  serverNameMax: 60,
  helpContactMax: 200,
  queryMax: 100,
  mentionsMax: 50,
  /** Different emoji on one message. */
  reactionsMax: 20,
  /** An uploaded picture, before it is made small. */
  pictureBytes: 8 * 1024 * 1024,
  inviteUsesMax: 1_000,
  inviteLifeMin: 5 * 60_000,
  inviteLifeMax: 366 * 24 * 60 * 60_000,
  /** Largest page of any list, and most ids in one `ids=` look-up. */
  pageMax: 100,
  /** Most events in one reply of `GET …/events`; a larger gap is cheaper to reload than to replay. */
  eventsMax: 500,
  /** Most cursors in one `POST /sync`, and most of my own events in its answer. */
  syncHeadsMax: 500,
  syncUserEventsMax: 100,
  /** Unread is exact up to here; one more means "more than that". */
  unreadMax: 999,
  /** A room with more members than this has no receipts and no typing. */
  smallRoomMax: 100,
  watchedUsersMax: 100,
  socketsPerUser: 50,
  frameBytes: 64 * 1024,
  bodyBytes: 128 * 1024,
  excerptLength: 200,
  /** A typing signal is repeated no faster than `typingEvery` and believed for `typingFor`. */
  typingEvery: 1_000,
  typingFor: 6_000,
  readMarkEvery: 1_000,
  pingEvery: 25_000,
  idleAfter: 60_000,
} as const
