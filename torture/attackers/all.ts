/** Every attacker, in the order of the table. */
import { model } from '../model/attacker.ts'
import type { Attacker } from './attacker.ts'
import { clock } from './clock.ts'
import { cluster } from './cluster/cluster.ts'
import { stalled } from './crowd/stalled.ts'
import { storm } from './crowd/storm.ts'
import { diskFull } from './disk-full.ts'
import { frames } from './frames.ts'
import { kill } from './kill.ts'
import { network } from './network.ts'
import { offline } from './offline.ts'
import { powerLoss } from './power-loss/power-loss.ts'

export const attackers: readonly Attacker[] = [
  kill,
  powerLoss,
  network,
  frames,
  diskFull,
  clock,
  stalled,
  storm,
  offline,
  cluster,
  model,
]
