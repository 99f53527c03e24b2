import { expect, test } from 'vitest'

import { quietZone, qrPath } from './qr-path.ts'

test('a code is drawn inside its quiet zone, with all three corner marks', () => {
  const { size, path } = qrPath('http://localhost:8000/invite/Zm9vYmFy')
  const runs = [...path.matchAll(/M(\d+) (\d+)h(\d+)/g)].map(([, x, y, width]) => ({
    x: Number(x),
    y: Number(y),
    end: Number(x) + Number(width),
  }))
  expect(Math.min(...runs.map(({ x }) => x))).toBe(quietZone)
  expect(Math.min(...runs.map(({ y }) => y))).toBe(quietZone)
  expect(Math.max(...runs.map(({ end }) => end))).toBe(size - quietZone)
  // The mark of a corner begins with seven dark modules in a row.
  const corner = (x: number, y: number) =>
    runs.some((run) => run.y === y && run.x === x && run.end === x + 7)
  const far = size - quietZone - 7
  expect([corner(quietZone, quietZone), corner(far, quietZone), corner(quietZone, far)]).toEqual([
    true,
    true,
    true,
  ])
})

test('each dark module is drawn once', () => {
  const { path } = qrPath('https://chat.example/invite/a')
  const seen = new Set<string>()
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) {
    for (let step = 0; step < Number(width); step++) {
      const module = `${Number(x) + step} ${y}`
      expect(seen).not.toContain(module)
      seen.add(module)
    }
  }
  expect(seen.size).toBeGreaterThan(200)
})
