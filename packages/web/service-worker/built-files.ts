/** What the build made: it replaces this list by its own. */
export const builtFiles: { url: string; revision: string | null }[] = []
