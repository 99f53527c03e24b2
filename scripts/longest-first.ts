/** The order of test files: at the end no worker is to wait for another that has just begun a long one. */
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Projects with long files first. What is not named is over in a moment. */
const order = ['torture', 'server on postgres', 'server', 'sdk']

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project }: TestSpecification) =>
      order.includes(project.name) ? order.indexOf(project.name) : order.length
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}
