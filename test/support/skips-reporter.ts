import type { Reporter, TestCase, TestModule } from 'vitest/node'

type Counts = Record<'passed' | 'failed' | 'skipped', number>

/** Prints last: a line for each part that this machine lacks with the tests that it cost, then the totals on a line. */
export class SkipsReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const broken = modules.reduce((sum, module) => sum + countBroken(module), unhandledErrors.length)
    const { passed, failed, skipped } = count(tests)
    for (const [lack, skips] of countLacks(tests)) console.log(`${skips} skipped: ${lack}`)
    console.log(`${passed} passed, ${failed + broken} failed, ${skipped} skipped`)
  }
}

function count(tests: readonly TestCase[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 }
  for (const test of tests) {
    const { state } = test.result()
    counts[state === 'pending' ? 'skipped' : state]++
  }
  return counts
}

/** Files and suites that failed outside of any test: an import, a hook. */
function countBroken(module: TestModule): number {
  return [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0).length
}

function countLacks(tests: readonly TestCase[]): Map<string, number> {
  const lacks = new Map<string, number>()
  for (const test of tests) {
    const lack = lackOf(test)
    if (lack) lacks.set(lack, (lacks.get(lack) ?? 0) + 1)
  }
  return lacks
}

function lackOf(test: TestCase): string | undefined {
  for (let task: TestCase['parent'] | TestCase = test; task.type !== 'module'; task = task.parent) {
    const { lacks } = task.meta()
    if (lacks) return `${lacks.part} is missing (${lacks.reason})`
  }
  return undefined
}
