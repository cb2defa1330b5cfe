import type { Command } from 'commander';
import type { ExitCode, Host } from '../host.ts';
import { addVerb } from './add-verb.ts';
import { addResourceVerbs } from './resource-command.ts';
import { resources } from './resources.ts';
import { stepVerbs } from './registration-steps.ts';

/** `postern registrations …`: the usual verbs, and the steps from request to revocation. */
export function fillRegistrationsCommand(
  command: Command,
  host: Host,
  done: (code: ExitCode) => void,
): void {
  addResourceVerbs(command, resources.registrations, host, done);
  for (const verb of stepVerbs) addVerb(command, verb, host, done);
}
