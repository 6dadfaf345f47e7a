const { writeFileSync } = require('node:fs');

/** Leaves the counts of a run where `npm test` looks for them. */
module.exports = class JestCounts {
  onRunComplete(_contexts, results) {
    const file = process.env.NOVEUM_TEST_COUNTS;
    if (file === undefined) return;
    writeFileSync(
      file,
      JSON.stringify({
        passed: results.numPassedTests,
        // A suite that could not even be loaded has no failed test of its own.
        failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
        skipped: results.numPendingTests + results.numTodoTests,
      }),
    );
  }
};
