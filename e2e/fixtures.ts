/**
 * The stage of a journey: people with accounts, and the browsers they sit at. A console error, a
 * violation of the Content-Security-Policy or a request to anywhere else fails the journey.
 */
import { randomBytes } from 'node:crypto'

import {
  expect,
  test as base,
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  type Page,
} from '@playwright/test'

import { Api, type Account } from './api.ts'

export const phone: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
}

export interface Person extends Account {
  readonly id: string
  readonly api: Api
}

/** A browser names what it was refused, and addresses that it could not reach. */
export const wrongPasswordComplaints = [/status of 401/]
export const refusedSendComplaints = [/status of 413/]
export const offlineComplaints = [/net::ERR_/, /WebSocket connection/]

export class Stage implements AsyncDisposable {
  readonly origin: string
  readonly #browser: Browser
  readonly #contexts: BrowserContext[] = []
  readonly #complaints: string[] = []
  readonly #allowed: RegExp[] = []
  /** Keeps this journey's people apart from those of all others on the server. */
  readonly #tag = randomBytes(3).toString('hex')

  constructor(browser: Browser, origin: string) {
    this.#browser = browser
    this.origin = origin
  }

  account(first: string): Account {
    const username = `${first.toLowerCase()}-${this.#tag}`
    return {
      username,
      name: this.named(first),
      email: `${username}@example.org`,
      password: 'a kite over the harbour',
    }
  }

  /** A name that nobody and nothing else on the server has. */
  named(name: string): string {
    return `${name} ${this.#tag}`
  }

  /** Makes an account by the API, for journeys that are not about signing up. */
  async person(first: string): Promise<Person> {
    const account = this.account(first)
    const api = await this.signUp(account)
    return { ...account, id: api.userId, api }
  }

  signUp(account: Account): Promise<Api> {
    return Api.signUp(this.origin, account)
  }

  async people<const N extends readonly string[]>(...names: N) {
    return (await Promise.all(names.map((name) => this.person(name)))) as {
      -readonly [K in keyof N]: Person
    }
  }

  /** A browser of their own, signed in, at `path`. */
  async visit(
    person: Person,
    options: BrowserContextOptions & { path?: string } = {},
  ): Promise<Page> {
    const { path = '/', ...rest } = options
    const context = await this.context(rest)
    await this.signIn(context, person)
    return this.tab(context, path)
  }

  /** A browser in which nobody is signed in. */
  async stranger(options: BrowserContextOptions & { path?: string } = {}): Promise<Page> {
    const { path = '/', ...rest } = options
    return this.tab(await this.context(rest), path)
  }

  async context(options: BrowserContextOptions = {}): Promise<BrowserContext> {
    const context = await this.#browser.newContext({
      locale: 'en-GB',
      timezoneId: 'Europe/Berlin',
      viewport: { width: 1440, height: 900 },
      baseURL: this.origin,
      ...options,
    })
    context.on('page', (page) => this.#watch(page))
    this.#contexts.push(context)
    return context
  }

  async tab(context: BrowserContext, path = '/'): Promise<Page> {
    const page = await context.newPage()
    await page.goto(path)
    return page
  }

  /** Puts a session cookie into a browser, as signing in by the form would. */
  async signIn(context: BrowserContext, { username, password }: Account): Promise<void> {
    const response = await context.request.post('/api/auth/sign-in/username', {
      headers: { origin: this.origin },
      data: { username, password },
    })
    expect(response.ok(), await response.text()).toBe(true)
  }

  /** For journeys that cut the line themselves. */
  allow(complaints: readonly RegExp[]): void {
    this.#allowed.push(...complaints)
  }

  /** Ends the journey: closes all browsers, and fails if there was anything to complain about. */
  async [Symbol.asyncDispose](): Promise<void> {
    for (const context of this.#contexts) await context.close()
    expect(
      this.#complaints.filter((text) => !this.#allowed.some((each) => each.test(text))),
    ).toEqual([])
  }

  #watch(page: Page): void {
    page.on('console', (message) => {
      if (message.type() === 'error')
        this.#complaints.push(`${message.text()} (${message.location().url})`)
    })
    page.on('pageerror', (error) => this.#complaints.push(String(error.stack)))
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url())
      if (origin !== this.origin && /^(https?|wss?):$/.test(protocol))
        this.#complaints.push(`asked elsewhere: ${request.url()}`)
    })
  }
}

export const test = base.extend<{ stage: Stage }>({
  stage: async ({ browser }, perform) => {
    await using stage = new Stage(browser, environment('E2E_ORIGIN'))
    await perform(stage)
  },
})
export { expect }

/** What the global set-up left for the workers. */
export function environment(name: 'E2E_ORIGIN' | 'E2E_SETUP_LINK' | 'E2E_CLUB'): string {
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set.`)
  return value
}
