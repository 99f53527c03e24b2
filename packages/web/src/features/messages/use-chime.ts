/** Owns the sound of new messages: two soft notes, made here, at most one pair at a time in all tabs. */
import { useParams } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

import { client } from '../../client/client.ts'
import { shouldSound } from './should-sound.ts'
import { getSound } from './sound.ts'

/** Of messages that come together one is heard. */
const quietFor = 1_500

export function useChime(): void {
  const { conversationId } = useParams({ strict: false })
  const open = useRef<string | null>(null)
  useEffect(() => {
    open.current = conversationId ?? null
  }, [conversationId])
  useEffect(() => {
    let last = -Infinity
    return client.onMessage((message, conversation) => {
      const now = Date.now()
      const looking = document.visibilityState === 'visible' && document.hasFocus()
      const meId = client.getState().me?.id
      const watched = looking ? open.current : null
      if (!getSound() || now - last < quietFor) return
      if (!shouldSound(message, conversation, { meId, now, watched })) return
      last = now
      void chimeOnce()
    })
  }, [])
}

/** Every tab hears of a message; the one that gets the lock speaks. */
async function chimeOnce(): Promise<void> {
  // A page that nobody has touched may make no sound, and trying leaves a complaint.
  if (!navigator.userActivation?.hasBeenActive) return
  // Without https there are no locks.
  if (!('locks' in navigator)) return chime()
  await navigator.locks.request('roost.chime', { ifAvailable: true }, (lock) =>
    lock ? chime() : undefined,
  )
}

let context: AudioContext | undefined

async function chime(): Promise<void> {
  context ??= new AudioContext()
  await context.resume()
  const start = context.currentTime
  const notes = [
    [659.25, 0],
    [880, 0.11],
  ] as const
  for (const [frequency, after] of notes) play(context, frequency, start + after)
  await new Promise((resolve) => setTimeout(resolve, quietFor / 2))
}

function play(audio: AudioContext, frequency: number, at: number): void {
  const tone = audio.createOscillator()
  const volume = audio.createGain()
  tone.frequency.value = frequency
  volume.gain.setValueAtTime(0, at)
  volume.gain.linearRampToValueAtTime(0.07, at + 0.015)
  volume.gain.exponentialRampToValueAtTime(0.0005, at + 0.42)
  tone.connect(volume).connect(audio.destination)
  tone.start(at)
  tone.stop(at + 0.45)
}
