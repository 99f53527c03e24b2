interface ImportMetaEnv {
  /** Where the build put the data of emoji: see emoji-data.ts. */
  readonly VITE_EMOJI: string
}
