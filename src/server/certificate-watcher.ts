import type { experimental } from '@grpc/grpc-js';
import {
  checkCertificates,
  readCertificates,
  sameCertificates,
  type Certificates,
  type TlsFiles,
} from './certificate-files.ts';

/** What became of changed certificate files. */
export type CertificateReport =
  | { readonly outcome: 'success' }
  /** The old certificates stay in use. */
  | { readonly outcome: 'failure'; readonly error: unknown };

export interface CertificateWatcherOptions {
  readonly files: TlsFiles;
  readonly pollMs: number;
  readonly report: (report: CertificateReport) => void;
}

type Provider = experimental.CertificateProvider;
type CaListener = Parameters<Provider['addCaCertificateListener']>[0];
type IdentityListener = Parameters<Provider['addIdentityCertificateListener']>[0];

/**
 * Gives grpc-js the certificates of a set of files, and new ones once the files have changed and
 * hold together. grpc-js's own file watcher hands over whatever it reads, and a listener with a
 * broken set drops every connection. Polling also sees the symlink swap of a Kubernetes volume.
 */
export class CertificateWatcher implements Provider {
  readonly #options: CertificateWatcherOptions;
  readonly #caListeners = new Set<CaListener>();
  readonly #identityListeners = new Set<IdentityListener>();
  readonly #timer: NodeJS.Timeout;
  #current: Certificates;
  #lastProblem: string | null = null;
  #closed = false;

  private constructor(options: CertificateWatcherOptions, certificates: Certificates) {
    this.#options = options;
    this.#current = certificates;
    this.#timer = setTimeout(() => void this.#poll(), options.pollMs).unref();
  }

  /** Rejects when the files cannot be used: a listener does not start without certificates. */
  static async open(options: CertificateWatcherOptions): Promise<CertificateWatcher> {
    const certificates = await readCertificates(options.files);
    checkCertificates(certificates);
    return new CertificateWatcher(options, certificates);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  addCaCertificateListener(listener: CaListener): void {
    this.#caListeners.add(listener);
    process.nextTick(() => {
      this.#tellCa(listener);
    });
  }

  removeCaCertificateListener(listener: CaListener): void {
    this.#caListeners.delete(listener);
  }

  addIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.add(listener);
    process.nextTick(() => {
      this.#tellIdentity(listener);
    });
  }

  removeIdentityCertificateListener(listener: IdentityListener): void {
    this.#identityListeners.delete(listener);
  }

  async #poll(): Promise<void> {
    try {
      const found = await readCertificates(this.#options.files);
      if (!sameCertificates(found, this.#current)) this.#takeOver(found);
      this.#lastProblem = null;
    } catch (error) {
      this.#reportOnce(error);
    }
    if (!this.#closed) this.#timer.refresh();
  }

  #takeOver(certificates: Certificates): void {
    checkCertificates(certificates);
    this.#current = certificates;
    for (const listener of this.#caListeners) this.#tellCa(listener);
    for (const listener of this.#identityListeners) this.#tellIdentity(listener);
    this.#options.report({ outcome: 'success' });
  }

  #reportOnce(error: unknown): void {
    const problem = String(error);
    if (problem === this.#lastProblem) return;
    this.#lastProblem = problem;
    this.#options.report({ outcome: 'failure', error });
  }

  #tellCa(listener: CaListener): void {
    const { clientCa } = this.#current;
    listener(clientCa === null ? null : { caCertificate: clientCa });
  }

  #tellIdentity(listener: IdentityListener): void {
    const { certificate, privateKey } = this.#current;
    listener({ certificate, privateKey });
  }
}
