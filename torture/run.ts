/**
 * `npm run torture -- --minutes N --seed S`: attacks Roost for as long as that, whoever has had the
 * least time next, and closes with a table. `--only NAME,NAME` picks attackers; `--once` makes one run of
 * each, which is how a seed that failed is tried again.
 */
import { parseArgs } from 'node:util'

import { attackers } from './attackers/all.ts'
import { addOutcomes, nothing, type Attacker, type Outcome } from './attackers/attacker.ts'

interface Standing {
  readonly attacker: Attacker
  total: Outcome
  /** Milliseconds spent on it. */
  spent: number
  runs: number
}

const wishes = readWishes()
const standings = wishes.attackers.map((attacker) => ({
  attacker,
  total: nothing,
  spent: 0,
  runs: 0,
}))
const failed: string[] = []
/** Of the run under way: what nobody waited for, and nobody expected. */
let mistakes: string[] = []
process.on('unhandledRejection', (error) => mistakes.push(tellOf(error)))
const begun = performance.now()
console.log(`torture: seed ${wishes.seed}, ${wishes.once ? 'once' : `${wishes.minutes} minutes`}`)
for (let run = 0; ; run += 1) {
  const next = choose()
  if (!next) break
  await attack(next, wishes.seed + run)
}
report()
process.exit(failed.length === 0 ? 0 : 1)

function choose(): Standing | undefined {
  const able = standings.filter(
    ({ attacker, runs }) => !attacker.lacks && !(wishes.once && runs > 0),
  )
  const isOver = !wishes.once && performance.now() - begun > wishes.minutes * 60_000
  return isOver ? undefined : able.toSorted((a, b) => a.spent - b.spent)[0]
}

async function attack(standing: Standing, seed: number): Promise<void> {
  const { attacker } = standing
  const attacks = attacker.size.campaign
  const start = performance.now()
  let done = 0
  const progress = () => {
    done += 1
    show(`${attacker.name}, seed ${seed}: ${done} of ${attacks}`)
  }
  show(`${attacker.name}, seed ${seed}`)
  let sentences: readonly string[]
  try {
    const outcome = await attacker.run({ seed, attacks, progress })
    standing.total = addOutcomes(standing.total, outcome)
    ;({ sentences } = outcome)
    say(attacker.name, seed, describe(outcome))
  } catch (error) {
    sentences = [tellOf(error)]
    say(attacker.name, seed, 'broke off')
  }
  sentences = [...sentences, ...mistakes]
  mistakes = []
  standing.spent += performance.now() - start
  standing.runs += 1
  if (sentences.length === 0) return
  failed.push(`npm run torture -- --only ${attacker.name} --once --seed ${seed}`)
  for (const sentence of sentences.slice(0, 10)) console.log(`  ${sentence}`)
  if (sentences.length > 10) console.log(`  and ${sentences.length - 10} more`)
}

function tellOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

function describe({ attacks, acknowledged, figures }: Outcome): string {
  const told = Object.entries(figures).map(([name, value]) => `${name}: ${value}`)
  return [`${attacks} attacks, ${acknowledged} acknowledged`, ...told].join('; ')
}

function say(name: string, seed: number, text: string): void {
  clear()
  console.log(`${clockTime()}  ${name.padEnd(11)} seed ${seed}: ${text}`)
}

/** One line that is written over, where somebody is looking. */
function show(text: string): void {
  if (!process.stdout.isTTY) return
  clear()
  process.stdout.write(`${clockTime()}  ${text}`)
}

function clear(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
}

function clockTime(): string {
  const seconds = Math.round((performance.now() - begun) / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

function report(): void {
  for (const command of failed) console.log(`\nfailed; try it again: ${command}`)
  const head = ['attacker', 'runs', 'attacks', 'acknowledged', 'lost', 'duplicated', 'wrong in all']
  const rows = standings.map(({ attacker, runs, total }) => {
    const { attacks, acknowledged, lost, duplicated, sentences } = total
    const counts = [runs, attacks, acknowledged, lost, duplicated, sentences.length].map(String)
    return [
      attacker.lacks ? `${attacker.name} (needs ${attacker.lacks})` : attacker.name,
      ...counts,
    ]
  })
  const table = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
  console.log()
  for (const row of table)
    console.log(
      row
        .map((cell, at) =>
          at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0),
        )
        .join('  '),
    )
  console.log()
  for (const { attacker, total } of standings)
    for (const [name, value] of Object.entries(total.figures))
      console.log(`${attacker.name}: ${name}: ${value}`)
  const all = standings.map(({ total }) => total).reduce(addOutcomes, nothing)
  console.log(
    `\ntorture: ${all.attacks} attacks, ${all.acknowledged} acknowledged, ${all.lost} lost, ${all.duplicated} duplicated`,
  )
}

function readWishes() {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1e9)) },
      only: { type: 'string' },
      once: { type: 'boolean', default: false },
    },
  })
  const minutes = Number(values.minutes)
  const seed = Number(values.seed)
  const names = values.only?.split(',')
  const chosen = attackers.filter(({ name }) => names?.includes(name) ?? true)
  const unknown =
    names?.filter((name) => !attackers.some((attacker) => attacker.name === name)) ?? []
  if (!(minutes > 0) || !Number.isSafeInteger(seed) || unknown.length > 0) {
    const all = attackers.map(({ name, about }) => `  ${name.padEnd(11)} ${about}`).join('\n')
    console.error(
      `Usage: npm run torture -- [--minutes N] [--seed S] [--only NAME,NAME] [--once]\n\n${all}`,
    )
    process.exit(2)
  }
  return { minutes, seed, attackers: chosen, once: values.once }
}
