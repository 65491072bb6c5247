import { describe, test } from '@jest/globals'
import {
  missingBrowser,
  missingCompose,
  missingForMetrics,
  missingForRepository,
  missingForServer,
  missingParts,
  missingRealCompose,
} from './missing.ts'

/**
 * A `describe` for tests with real parts. Where parts are missing they are skipped and that is said;
 * with `CI=true`, where they are required, one test fails with what is missing.
 */
export function describeReal(name: string, tests: () => void): void {
  describeWith(missingParts(), name, tests)
}

/** The same for tests that ask promtool, too. */
export function describeMetrics(name: string, tests: () => void): void {
  describeWith(missingForMetrics(), name, tests)
}

/** The same for tests with a real Docker Compose and nothing else; no root needed. */
export function describeCompose(name: string, tests: () => void): void {
  describeWith(missingCompose(), name, tests)
}

/** The same for tests with Docker Compose on real daemons. */
export function describeRealCompose(name: string, tests: () => void): void {
  describeWith(missingRealCompose(), name, tests)
}

/** The same for tests with a browser; no root needed. */
export function describeBrowser(name: string, tests: () => void): void {
  describeWith(missingBrowser(), name, tests)
}

/** The same for tests with a throw-away server. */
export function describeServer(name: string, tests: () => void): void {
  describeWith(missingForServer(), name, tests)
}

/** The same for tests with a throw-away server that runs repositories. */
export function describeRepository(name: string, tests: () => void): void {
  describeWith(missingForRepository(), name, tests)
}

function describeWith(missing: readonly string[], name: string, tests: () => void): void {
  if (missing.length === 0) {
    describe(name, tests)
  } else if (process.env['CI'] === 'true') {
    describe(name, () => {
      test('has the real parts that CI=true requires', () => {
        throw new Error(missing.join('\n'))
      })
    })
  } else {
    process.stderr.write(`Skipped: ${name}. ${missing.join(' ')}\n`)
    describe.skip(`${name} (skipped: ${missing.join(' ')})`, tests)
  }
}
