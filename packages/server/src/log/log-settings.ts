/** How the log looks and how much of it there is. */

export const logFormats = ['json', 'text'] as const
export const logLevels = ['error', 'warn', 'info', 'debug'] as const

export interface LogSettings {
  readonly format: (typeof logFormats)[number]
  readonly level: (typeof logLevels)[number]
}

/** A person wants to see what is wrong; whoever collects lines, what is done as well. */
export function chooseLog(
  { format, level }: Partial<LogSettings>,
  { isTerminal }: { isTerminal: boolean },
): LogSettings {
  const chosen = format ?? (isTerminal ? 'text' : 'json')
  return { format: chosen, level: level ?? (chosen === 'text' ? 'warn' : 'info') }
}
