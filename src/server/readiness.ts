/** How far one part of the process can do its work. */
export type ComponentState =
  | { readonly status: 'ready' }
  /** It works in part, or works from caches; the process stays in service. */
  | { readonly status: 'degraded'; readonly reason: string }
  | { readonly status: 'not_ready'; readonly reason: string };

export interface ReadinessReport {
  readonly status: 'ready' | 'degraded' | 'not_ready' | 'draining';
  readonly components: Readonly<Record<string, ComponentState>>;
}

/** The parts that a process needs in order to serve, by name, and whether it is on its way out. */
export class Readiness {
  readonly #components = new Map<string, ComponentState>();
  readonly #listeners = new Set<(inService: boolean) => void>();
  #draining = false;
  #inService = false;

  /** Parts named here hold readiness back until they are reported. */
  constructor(expected: readonly string[]) {
    for (const name of expected) {
      this.#components.set(name, { status: 'not_ready', reason: 'not started' });
    }
  }

  /** Takes over the state of all parts; one that is not named is gone. */
  replace(components: ReadonlyMap<string, ComponentState>): void {
    this.#components.clear();
    for (const [name, state] of components) this.#components.set(name, state);
    this.#notify();
  }

  /** No way back: the process is ending. */
  drain(): void {
    this.#draining = true;
    this.#notify();
  }

  report(): ReadinessReport {
    return { status: this.#status(), components: Object.fromEntries(this.#components) };
  }

  /** Whether new requests should come here; a degraded process is in service. */
  get inService(): boolean {
    const status = this.#status();
    return status === 'ready' || status === 'degraded';
  }

  /** Tells of every change of {@link inService}. */
  onChange(listener: (inService: boolean) => void): void {
    this.#listeners.add(listener);
  }

  #status(): ReadinessReport['status'] {
    if (this.#draining) return 'draining';
    const states = [...this.#components.values()].map(({ status }) => status);
    if (states.includes('not_ready')) return 'not_ready';
    return states.includes('degraded') ? 'degraded' : 'ready';
  }

  #notify(): void {
    const inService = this.inService;
    if (inService === this.#inService) return;
    this.#inService = inService;
    for (const listener of this.#listeners) listener(inService);
  }
}
