import { expect, test } from 'vitest'

import { deviceName, isPhone } from './device-name.ts'

const like = (rest: string) => `Mozilla/5.0 (${rest}`

test.each([
  [like('X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'), 'Firefox', 'Linux'],
  [
    like('Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0'),
    'Edge',
    'Windows',
  ],
  [
    like('Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605 Version/18 Safari/605'),
    'Safari',
    'macOS',
  ],
  [
    like('iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605 CriOS/140 Mobile Safari/604'),
    'Chrome',
    'iPhone',
  ],
  [
    like('Linux; Android 15; Pixel 8) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36'),
    'Chrome',
    'Android',
  ],
])('%s', (userAgent, browser, system) => {
  expect(deviceName(userAgent)).toEqual({ browser, system })
})

test('what is no browser keeps its own name', () => {
  expect(deviceName('roost-bot/1.0')).toBeNull()
  expect(deviceName('')).toBeNull()
})

test('phones are told from computers', () => {
  expect(isPhone(like('Linux; Android 15; Pixel 8) Chrome/140.0 Mobile'))).toBe(true)
  expect(isPhone(like('X11; Linux x86_64) Firefox/140.0'))).toBe(false)
})
