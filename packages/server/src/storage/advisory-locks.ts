/**
 * Every advisory lock of PostgreSQL that Roost takes: a number in one space, which all programs on a
 * database share.
 */
export const locks = {
  /** Held for life by whoever serves: by one alone, or shared by all that hear of each other. */
  serving: 0x526f6f73,
  /** Held by a write for its transaction: it is alone among its kind, in all processes. */
  writes: 0x526f6f7374,
  /** Held for a step by whoever brings the search up to date: one process at a time. */
  following: 0x526f6f7375,
  /** Held by `roost move` on the database it leaves, and on the one it fills. */
  moving: 0x526f6f7376,
} as const
