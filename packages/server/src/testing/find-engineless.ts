/**
 * Finds the tests that cannot tell which database they run on, so that they need not run on both: of
 * all that they import, nothing asks for it.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Whoever wants to know which engine it is asks here. */
const asked = fileURLToPath(new URL('postgres-databases.ts', import.meta.url))
const importing = /\b(?:from|import|import\() ?'(\.[^']+\.tsx?)'/g

/** @returns paths of test files, relative to the package */
export function findEngineless(packageFolder: string): string[] {
  const imports = new Map<string, string[]>()
  const importsOf = (file: string) => {
    const known = imports.get(file)
    if (known) return known
    const found = [...readFileSync(file, 'utf8').matchAll(importing)]
    const files = found.map(([, path = '']) => resolve(dirname(file), path))
    imports.set(file, files)
    return files
  }
  const reaches = (file: string) => {
    const reached = new Set([file])
    for (const each of reached) for (const next of importsOf(each)) reached.add(next)
    return reached.has(asked)
  }
  return readdirSync(join(packageFolder, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(packageFolder, 'src', name))
    .filter((file) => !reaches(file))
    .map((file) => relative(packageFolder, file))
}
