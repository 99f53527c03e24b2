/** Signing in as a browser does: with a cookie, and from one of the server's own pages. */
import { callApi, PASSWORD, type TestServer } from './start-test-server.ts'
import { TestSocket } from './test-socket.ts'

export interface Browser {
  readonly cookie: string
  readonly origin: string
}

/** A new session of someone who has an account. */
export async function signInBrowser(
  { url }: Pick<TestServer, 'url'>,
  { username }: { username: string },
): Promise<Browser> {
  const { headers } = await callApi(url, {
    method: 'POST',
    path: '/api/auth/sign-in/username',
    body: { username, password: PASSWORD },
  })
  const cookie = headers.getSetCookie()[0]?.split(';')[0]
  if (cookie === undefined) throw new Error(`Signing in as ${username} gave no cookie.`)
  return { cookie, origin: url }
}

export const openSocket = (browser: Browser) => TestSocket.open(browser.origin, { ...browser })

export const signOut = (browser: Browser) =>
  callApi(browser.origin, { method: 'POST', path: '/api/auth/sign-out', headers: browser })
