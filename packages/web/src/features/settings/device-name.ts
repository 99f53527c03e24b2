/** Owns how a program that signed in is called, from the way it named itself. */

export interface DeviceName {
  readonly browser: string
  readonly system: string | null
}

/** The first that matches: most browsers also name the ones they descend from. */
const browsers = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Chrome|CriOS|HeadlessChrome)\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
] as const
const systems = [
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bAndroid\b/, 'Android'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
] as const

/** Null for what is no browser. */
export function deviceName(userAgent: string): DeviceName | null {
  const browser = browsers.find(([pattern]) => pattern.test(userAgent))?.[1]
  if (browser === undefined) return null
  return { browser, system: systems.find(([pattern]) => pattern.test(userAgent))?.[1] ?? null }
}

export function isPhone(userAgent: string): boolean {
  return /\b(?:Mobile|iPhone|Android)\b/.test(userAgent)
}
