/** The browser of the journeys: Debian's Chromium, or the one that ROOST_CHROMIUM names. */
export const chromiumPath = process.env['ROOST_CHROMIUM'] || '/usr/bin/chromium'
