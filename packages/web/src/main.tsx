import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './App.tsx'
import { client } from './client/client.ts'
import { keepApp } from './client/keep-app.ts'
import { startLanguage } from './i18n/language.ts'
import { router } from './router.tsx'

import './styles.css'

const host = document.getElementById('root')
if (!host) throw new Error('index.html has no #root')

// At once, not in turn: who is here, the code of the screen, and the texts.
const started = client.start()
const [routes] = router.getMatchedRoutes(location.pathname)
for (const route of routes) void router.loadRouteChunk(route)
await startLanguage()
createRoot(host).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
await started
keepApp()
