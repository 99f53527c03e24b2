import encodeQR from 'qr'

/** The margin that readers need around a code, in modules. */
export const quietZone = 4

/** A QR code as one path in a square of `size` modules: a stretch for each run of dark ones. */
export function qrPath(text: string): { size: number; path: string } {
  const rows = encodeQR(text, 'raw', { border: quietZone })
  let path = ''
  rows.forEach((row, y) => {
    for (let x = 0; x < row.length; x++) {
      if (!row[x]) continue
      const start = x
      while (row[x]) x++
      path += `M${start} ${y}h${x - start}v1H${start}z`
    }
  })
  return { size: rows.length, path }
}
