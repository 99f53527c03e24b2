import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'

import { App } from './App.tsx'
import { client } from './client/client.ts'
import { startLanguage } from './i18n/language.ts'

import './styles.css'

const host = document.getElementById('root')
if (!host) throw new Error('index.html has no #root')

// Both at once: the session is usually known by the time that the texts are here.
const started = client.start()
await startLanguage()
createRoot(host).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
await started
