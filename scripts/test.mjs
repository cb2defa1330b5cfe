// Runs Jest over the projects unit, integration and e2e; arguments go to Jest:
// npm test -- --selectProjects unit
import { runMain, runTool } from './lib/run.mjs';

function main() {
  // ES modules in Jest; the flag is no news to anybody who reads the output.
  const flags = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];
  const options = [process.env.NODE_OPTIONS, ...flags].filter(Boolean).join(' ');
  return runTool('jest/bin/jest.js', process.argv.slice(2), { NODE_OPTIONS: options });
}

runMain(main);
