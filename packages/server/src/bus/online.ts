/**
 * The contract of who is online: somebody with a socket at this process or at another. Of the others it
 * says what is known, at once or in a moment: nobody waits for a Redis that does not answer, and what a
 * process that dies has said of its people is soon forgotten.
 */
export interface Online {
  /** They are here from now on. Resolves when the others can know it. */
  add(userId: string): Promise<void>
  /** Here no longer. Resolves to whether they are at another process. */
  remove(userId: string): Promise<boolean>
  /** Who of these is online, asked in one question. */
  find(userIds: readonly string[]): Promise<ReadonlySet<string>>
  /** How many people are online. */
  count(): Promise<number>
  /** Nobody is here any more. */
  close(): Promise<void>
}
