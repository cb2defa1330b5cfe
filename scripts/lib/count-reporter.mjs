import { writeFileSync } from 'node:fs';

/** Jest reporter: writes `N passed, N failed` to the file that TEST_COUNT_FILE names. */
export default class CountReporter {
  onRunComplete(_contexts, results) {
    const file = process.env.TEST_COUNT_FILE;
    if (!file) return;
    // A test file that could not be run has failed, although it has no failed test.
    const failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    writeFileSync(file, `${results.numPassedTests} passed, ${failed} failed\n`);
  }
}
