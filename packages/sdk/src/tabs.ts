/**
 * The clients of one person that share a storage, as the windows of a browser do: one of them leads,
 * and all of them hear each other. Without {@link Tabs} every client leads.
 */
import type { Lifetime } from './lifetime.ts'

/** How clients that share a storage find each other. */
export interface Tabs {
  /** Takes part in the group of this name, whose members are told of everything below, later. */
  join(name: string, member: Member): Seat
}

export interface Member {
  /**
   * It leads from now on, alone, until it is told otherwise or leaves; then another does.
   * @param stolen from one that may not have noticed yet
   */
  leads(stolen: boolean): void
  /** Another has taken the lead. */
  follows(): void
  /** Another member said this. What each of them says arrives in order. */
  hears(message: unknown): void
}

export interface Seat {
  /** Tells all other members. JSON. */
  tell(message: unknown): void
  /** Takes the lead from whoever has it. */
  takeOver(): void
  leave(): void
}

/** What one client sees of the group. */
export interface Group {
  /** Takes part from now on. */
  join(): void
  leads(): boolean
  /** Calls `act` whenever this client begins to lead. */
  onLead(act: (stolen: boolean) => void): void
  onMessage(act: (message: unknown) => void): void
  tell(message: unknown): void
  takeOver(): void
}

/** @param tabs absent: this client is the whole group */
export function createGroup(world: {
  life: Lifetime
  tabs: Tabs | undefined
  name: string
}): Group {
  const { life, tabs } = world
  const leaders = new Set<(stolen: boolean) => void>()
  const hearers = new Set<(message: unknown) => void>()
  let seat: Seat | null = null
  let leading = false

  const lead = (stolen: boolean) => {
    if (life.isOver()) return
    leading = true
    for (const act of leaders) act(stolen)
  }

  return {
    join() {
      if (!tabs) return lead(false)
      seat = tabs.join(world.name, {
        leads: lead,
        follows() {
          leading = false
        },
        hears(message) {
          if (!life.isOver()) for (const act of hearers) act(message)
        },
      })
      life.atEnd(() => seat?.leave())
    },
    leads: () => leading && !life.isOver(),
    onLead: (act) => void leaders.add(act),
    onMessage: (act) => void hearers.add(act),
    tell(message) {
      if (!life.isOver()) seat?.tell(message)
    },
    takeOver: () => seat?.takeOver(),
  }
}
