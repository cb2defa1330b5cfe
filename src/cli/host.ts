/** What a command may see and do of the process it runs in; `main.ts` brings the real one. */
export interface Host {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether standard input is a terminal, where somebody can answer. */
  readonly inIsTerminal: boolean;
  /** Whether standard output is a terminal, where colours make sense. */
  readonly outIsTerminal: boolean;
  /** Whether standard error is a terminal, where a progress bar makes sense. */
  readonly errIsTerminal: boolean;
  readonly nodeVersion: string;
  /** Folder that holds package.json. */
  readonly packageRoot: string;
  out(text: string): void;
  err(text: string): void;
  /** Standard input. */
  readInput(): AsyncIterable<Uint8Array>;
  /** Called on the first SIGTERM or SIGINT; a second one ends the process at once. */
  onStop(listener: () => void): void;
  /** Called on SIGHUP. */
  onReload(listener: () => void): void;
}

/** Exit codes of every command. */
export const exitCode = {
  fine: 0,
  /** Something went wrong while running. */
  failed: 1,
  /** Wrong usage or configuration. */
  usage: 2,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];
