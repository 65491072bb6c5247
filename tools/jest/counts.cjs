const { writeSync } = require('node:fs')

/** Ends every run with one line that people and machines can read: `N passed, N failed`. */
module.exports = class Counts {
  onRunComplete(_, results) {
    // A file that doesn't even load runs no test; it counts as one failure.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites
    const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : ''
    // At the very end: jest's own summary is written later than its reporters are told.
    process.once('exit', () => writeSync(1, `${results.numPassedTests} passed, ${failed} failed${skipped}\n`))
  }
}
