import { defineConfig } from '@playwright/test'

import { chromiumPath } from './chromium.ts'

// The servers of journeys keep what they store in folders of their own.
delete process.env['DATABASE_URL']

export default defineConfig({
  testDir: '.',
  outputDir: '../test-results/e2e',
  globalSetup: './global-setup.ts',
  fullyParallel: true,
  workers: 2,
  // A test that passes only now is named at the end of npm test.
  retries: 1,
  timeout: 60_000,
  globalTimeout: 20 * 60_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: '../test-results/playwright.json' }]],
  use: {
    // Recording what nobody will look at took a third of the time.
    trace: 'on-first-retry',
    actionTimeout: 10_000,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    // A journey whose point it is lets one in: requests that go through it cannot be held back.
    serviceWorkers: 'block',
    timezoneId: 'Europe/Berlin',
    launchOptions: {
      executablePath: chromiumPath,
      args: ['--disable-background-networking'],
    },
  },
  projects: [
    // The first visitor becomes the owner; until then nobody else can sign up.
    { name: 'newcomer', testMatch: 'newcomer.setup.ts' },
    { name: 'club', testMatch: 'club.setup.ts' },
    { name: 'screens', testMatch: 'screens.spec.ts', dependencies: ['club'] },
    {
      name: 'journeys',
      testMatch: '*.spec.ts',
      testIgnore: 'screens.spec.ts',
      dependencies: ['newcomer'],
    },
  ],
})
