/** From the command to the first answer, with the data of the demonstration. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'

import { tellStory } from '../../demo/tell-story.ts'
import { findPort } from '../../packages/server/src/testing/free-port.ts'
import { answers, end, startNode } from '../processes.ts'
import type { Question } from '../question.ts'
import { drawBars } from '../report/bars.ts'
import { figureOf, type Figure } from '../report/figure.ts'
import { formatTable } from '../report/table.ts'
import { logIn, roostCommand, time, withFolder } from './served.ts'

const RUNS = { quick: 3, full: 15 }

export const start: Question = {
  name: 'start',
  measure: ({ quick, say }) =>
    withFolder(async (folder) => {
      say('telling the story of the demonstration')
      await tellStory(folder, Date.now())
      say('starting')
      // The first builds the web app where that has not been done.
      await listen(folder)
      const runs: Record<'listening' | 'node', number[]> = { listening: [], node: [] }
      for (let run = 0; run < (quick ? RUNS.quick : RUNS.full); run++) {
        runs.listening.push(await listen(folder))
        runs.node.push(await runNode())
      }
      const listening = figureOf(runs.listening)
      const node = figureOf(runs.node)
      return {
        pictures: [{ name: 'start', svg: draw(listening, node) }],
        table: formatTable(
          ['milliseconds', 'median'],
          [
            ['start to the first answer', listening],
            ['of that, Node itself', node],
          ],
        ),
        figures: { listening, node },
      }
    }),
}

async function listen(folder: string): Promise<number> {
  const port = String(await findPort())
  const began = performance.now()
  const child = startNode(roostCommand, {
    args: ['start'],
    log: logIn(folder),
    env: { ROOST_DATA: folder, HOST: '127.0.0.1', PORT: port, ROOST_LOG_LEVEL: 'error' },
  })
  await answers(`http://127.0.0.1:${port}/healthz`, child)
  const took = performance.now() - began
  await end(child)
  return took
}

/** Until a program that does nothing has ended. */
async function runNode(): Promise<number> {
  return time(() => once(spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' }), 'exit'))
}

const draw = (listening: Figure, node: Figure) =>
  drawBars({
    title: 'From the command to the first answer, with the data of the demonstration',
    axis: 'milliseconds',
    groups: [
      {
        name: '',
        bars: [
          { name: 'roost start', figure: listening, isOurs: true },
          { name: 'Node without a program', figure: node },
        ],
      },
    ],
  })
