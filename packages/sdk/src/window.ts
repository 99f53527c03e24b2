/** The stretch of messages in memory: gapless, ascending, at most {@link windowMax}. Pure. */
import type { Message } from '@roost/protocol'

import type { MessageWindow } from './state.ts'

export const windowMax = 500

/** A live message: at the end of the newest stretch, or in place of an older state of itself. */
export function appendMessage(window: MessageWindow, message: Message): MessageWindow {
  const last = window.messages.at(-1)
  if (!last || message.seq > last.seq)
    return window.hasAfter
      ? window
      : keepEnd({ ...window, messages: [...window.messages, message] })
  const messages = window.messages.map((held) => (held.id === message.id ? message : held))
  return { ...window, messages }
}

/** Adds older messages; too many of the newest leave. */
export function prepend(window: MessageWindow, older: MessageWindow): MessageWindow {
  return keepStart({
    messages: [...older.messages, ...window.messages],
    hasBefore: older.hasBefore,
    hasAfter: window.hasAfter,
  })
}

/** Adds newer messages; too many of the oldest leave. */
export function append(window: MessageWindow, newer: MessageWindow): MessageWindow {
  return keepEnd({
    messages: [...window.messages, ...newer.messages],
    hasBefore: window.hasBefore,
    hasAfter: newer.hasAfter,
  })
}

function keepStart(window: MessageWindow): MessageWindow {
  if (window.messages.length <= windowMax) return window
  return { ...window, messages: window.messages.slice(0, windowMax), hasAfter: true }
}

function keepEnd(window: MessageWindow): MessageWindow {
  if (window.messages.length <= windowMax) return window
  return { ...window, messages: window.messages.slice(-windowMax), hasBefore: true }
}

/** Whether every message after `seq` is in the window. */
export function reachesBackTo(window: MessageWindow, seq: number): boolean {
  if (window.hasAfter) return false
  const [first] = window.messages
  return !window.hasBefore || (first !== undefined && first.seq <= seq + 1)
}
