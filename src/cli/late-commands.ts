import type { FillCommand } from './fill-command.ts';

/** A command whose code is loaded when it is asked for: none carries that of another. */
export interface LateCommand {
  readonly name: string;
  readonly description: string;
  load(): Promise<FillCommand>;
}

const completion = 'completion';

export const lateCommands: readonly LateCommand[] = [
  {
    name: 'serve',
    description: 'answer Envoy’s Checks until SIGTERM; SIGHUP or a changed file reloads',
    load: async () => (await import('./serve-command.ts')).fillServeCommand,
  },
  {
    name: 'validate',
    description: 'check a configuration and its Consumers file: problems (exit 2) or a summary (0)',
    load: async () => (await import('./validate-command.ts')).fillValidateCommand,
  },
  {
    name: 'config',
    description: 'look at the configuration',
    load: async () => (await import('./config-command.ts')).fillConfigCommand,
  },
  {
    name: 'import',
    description: 'write a Consumers file (YAML, several YAML documents, JSON lines) into Redis',
    load: async () => (await import('./import-command.ts')).fillImportCommand,
  },
  administration('consumers', 'Consumers: who calls'),
  administration('acls', 'groups of Consumers'),
  administration('applications', 'applications, each a client at an identity provider'),
  administration('developers', 'developers, whom applications belong to'),
  {
    name: 'registrations',
    description: 'registrations: which application or Consumer may use which Service',
    load: async () => (await import('./admin/registrations-command.ts')).fillRegistrationsCommand,
  },
  {
    name: 'check',
    description: 'say what would be decided on a request and why: exit 0 if it passes, else 1',
    load: async () => (await import('./check-command.ts')).fillCheckCommand,
  },
  {
    name: 'doctor',
    description: 'look for what stands in the way: providers, store, clocks, addresses',
    load: async () => (await import('./doctor-command.ts')).fillDoctorCommand,
  },
  {
    name: 'tokens',
    description: 'revoke tokens before they expire',
    load: async () => (await import('./admin/tokens-command.ts')).fillTokensCommand,
  },
  {
    name: 'audit',
    description: 'who changed what',
    load: async () => (await import('./admin/audit-command.ts')).fillAuditCommand,
  },
  {
    name: 'demo',
    description: 'show the main job: a real Envoy, an identity provider and an upstream',
    load: async () => (await import('./demo-command.ts')).fillDemoCommand,
  },
  {
    name: 'healthcheck',
    description: 'ask a running Postern whether it is ready: exit 0 if it is, else 1',
    load: async () => (await import('./healthcheck-command.ts')).fillHealthcheckCommand,
  },
  {
    name: 'version',
    description: 'print the versions of Postern and of Node',
    load: async () => (await import('./version-command.ts')).fillVersionCommand,
  },
  {
    name: completion,
    description: 'print a script by which a shell completes commands and options',
    load: async () => (await import('./completion/completion-command.ts')).fillCompletionCommand,
  },
];

/** Which of them these arguments are about; all of them for what looks at the whole tree. */
export function findLateCommands(args: readonly string[]): readonly LateCommand[] {
  const [first, second] = args.filter((arg) => !arg.startsWith('-'));
  const name = first === 'help' ? second : first;
  return name === completion ? lateCommands : lateCommands.filter((late) => late.name === name);
}

function administration(
  name: 'consumers' | 'acls' | 'applications' | 'developers',
  description: string,
): LateCommand {
  return {
    name,
    description,
    async load() {
      const [{ fillResourceCommand }, { resources }] = await Promise.all([
        import('./admin/resource-command.ts'),
        import('./admin/resources.ts'),
      ]);
      return fillResourceCommand(resources[name]);
    },
  };
}
