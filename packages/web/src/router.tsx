/**
 * Every address of the app. Screens load when first visited. What needs a session sends the signed-out
 * to /sign-in and back afterwards; signing in and up send the signed-in to their chats.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  notFound,
  redirect,
} from '@tanstack/react-router'

import { client } from './client/client.ts'
import { readFilters } from './features/search/search-filters.ts'
import { loadAdminTexts } from './i18n/language.ts'
import { Crash } from './shell/Crash.tsx'
import { NotFound } from './shell/NotFound.tsx'
import { returnPath } from './shell/return-path.ts'

const root = createRootRoute({ notFoundComponent: NotFound, errorComponent: Crash })

const signedIn = createRoute({
  getParentRoute: () => root,
  id: 'signed-in',
  beforeLoad: ({ location }) => {
    if (client.getState().session === 'signedIn') return
    throw redirect({
      to: '/sign-in',
      search: location.href === '/' ? {} : { return: location.href },
      replace: true,
    })
  },
})

const signedOut = createRoute({
  getParentRoute: () => root,
  id: 'signed-out',
  validateSearch: (search: Record<string, unknown>): { return?: string } => {
    const path = returnPath(search['return'])
    return path === undefined ? {} : { return: path }
  },
  beforeLoad: ({ search }) => {
    if (client.getState().session !== 'signedIn') return
    throw redirect({ href: search.return ?? '/', replace: true })
  },
  component: lazyRouteComponent(
    () => import('./features/account/AccountFrame.tsx'),
    'AccountFrame',
  ),
})

const signIn = createRoute({
  getParentRoute: () => signedOut,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./features/account/SignIn.tsx'), 'SignIn'),
})
const signUp = createRoute({
  getParentRoute: () => signedOut,
  path: '/sign-up',
  component: lazyRouteComponent(() => import('./features/account/SignUp.tsx'), 'SignUp'),
})
const setUp = createRoute({
  getParentRoute: () => signedOut,
  path: '/setup',
  validateSearch: (search: Record<string, unknown>): { token?: string } =>
    typeof search['token'] === 'string' ? { token: search['token'] } : {},
  component: lazyRouteComponent(() => import('./features/account/SetUp.tsx'), 'SetUp'),
})

/** The same frame for links that arrive by mail or chat: they work signed in as well as signed out. */
const accountPages = createRoute({
  getParentRoute: () => root,
  id: 'account-pages',
  component: lazyRouteComponent(
    () => import('./features/account/AccountFrame.tsx'),
    'AccountFrame',
  ),
})
const forgot = createRoute({
  getParentRoute: () => accountPages,
  path: '/forgot',
  component: lazyRouteComponent(() => import('./features/account/Forgot.tsx'), 'Forgot'),
})
const resetPassword = createRoute({
  getParentRoute: () => accountPages,
  path: '/reset/$token',
  component: lazyRouteComponent(
    () => import('./features/account/ResetPassword.tsx'),
    'ResetPassword',
  ),
})
const invite = createRoute({
  getParentRoute: () => accountPages,
  path: '/invite/$token',
  component: lazyRouteComponent(() => import('./features/invites/InvitePage.tsx'), 'InvitePage'),
})

const shell = createRoute({
  getParentRoute: () => signedIn,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/Shell.tsx'), 'Shell'),
})
const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./features/welcome/Welcome.tsx'), 'Welcome'),
})
/** `m` is the seq of the message that a link leads to. */
const conversation = createRoute({
  getParentRoute: () => shell,
  path: '/c/$conversationId',
  validateSearch: (search: Record<string, unknown>): { m?: number } => {
    const seq = Number(search['m'])
    return Number.isSafeInteger(seq) && seq > 0 ? { m: seq } : {}
  },
  component: lazyRouteComponent(() => import('./shell/ConversationRoute.tsx'), 'ConversationRoute'),
})
const search = createRoute({
  getParentRoute: () => shell,
  path: '/search',
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import('./features/search/SearchPage.tsx'), 'SearchPage'),
})
const rooms = createRoute({
  getParentRoute: () => shell,
  path: '/rooms',
  component: lazyRouteComponent(
    () => import('./features/rooms/RoomDirectory.tsx'),
    'RoomDirectory',
  ),
})

const settings = createRoute({
  getParentRoute: () => signedIn,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/Settings.tsx'), 'Settings'),
})
const settingsSection = createRoute({
  getParentRoute: () => settings,
  path: '$section',
})

/** For others it does not exist; the server says so too. */
const admin = createRoute({
  getParentRoute: () => signedIn,
  path: '/admin',
  beforeLoad: () => {
    if (client.getState().me?.role === 'user') throw notFound()
  },
  loader: loadAdminTexts,
  component: lazyRouteComponent(
    () => import('./features/admin/Administration.tsx'),
    'Administration',
  ),
})
const adminSection = createRoute({
  getParentRoute: () => admin,
  path: '$section',
})

// Every component in every state, to look at while working on them. Not part of a build.
const devRoutes = import.meta.env.DEV
  ? [
      createRoute({
        getParentRoute: () => root,
        path: '/_components',
        component: lazyRouteComponent(() => import('./dev/Components.tsx'), 'Components'),
      }),
    ]
  : []

const routeTree = root.addChildren([
  signedIn.addChildren([
    shell.addChildren([home, conversation, search, rooms]),
    settings.addChildren([settingsSection]),
    admin.addChildren([adminSection]),
  ]),
  signedOut.addChildren([signIn, signUp, setUp]),
  accountPages.addChildren([forgot, resetPassword, invite]),
  ...devRoutes,
])

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultPendingMs: 300,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Crash,
  trailingSlash: 'never',
  // Every pane keeps its own place: nothing scrolls with the page.
  scrollRestoration: false,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
  interface HistoryState {
    /** One came from a list of hits, and may want back to it. */
    fromSearch?: boolean
  }
}
