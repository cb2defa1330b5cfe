import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { Option, type Command } from 'commander';
import { Secret } from '../../lib/secret.ts';
import { halt, pass, type Step } from '../../lib/step.ts';
import { errorCode } from '../error-code.ts';
import { AdminClient } from './admin-client.ts';
import { AdminConnection, type ConnectionOptions } from './admin-connection.ts';
import { readAdminAddress } from './read-admin-address.ts';

/** Where the Admin API is, and what proves the caller to it. */
export interface AdminOptions {
  readonly adminAddr: string;
  readonly adminTokenFile?: string;
  readonly adminCa?: string;
  readonly adminCert?: string;
  readonly adminKey?: string;
}

/** What of the process a client needs. */
interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  err(text: string): void;
}

/** `--admin-addr` and its companions; a token itself is never an argument, where others could see it. */
export function addAdminOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--admin-addr <address>', 'http://host:port, https://host:port or unix:/path')
        .env('POSTERN_ADMIN_ADDR')
        .default('http://127.0.0.1:8001'),
    )
    .addOption(
      new Option(
        '--admin-token-file <file>',
        'holds the token; without it POSTERN_ADMIN_TOKEN is the token',
      ).env('POSTERN_ADMIN_TOKEN_FILE'),
    )
    .addOption(
      new Option('--admin-ca <file>', 'authority of its certificate').env('POSTERN_ADMIN_CA'),
    )
    .addOption(new Option('--admin-cert <file>', 'client certificate').env('POSTERN_ADMIN_CERT'))
    .addOption(new Option('--admin-key <file>', 'key of it').env('POSTERN_ADMIN_KEY'));
}

/** A client to be closed after use, or what is wrong with the options. */
export function openAdminClient(
  options: AdminOptions,
  surroundings: Surroundings,
): Step<AdminClient, string> {
  const address = readAdminAddress(options.adminAddr);
  if (!address.ok) return halt(`--admin-addr: ${address.stop}`);
  const wrong = checkTlsOptions(options, address.value.isTls);
  if (wrong !== null) return halt(wrong);
  const token = readToken(options, surroundings);
  if (!token.ok) return token;
  const tls = readTlsFiles(options);
  if (!tls.ok) return tls;
  if (token.value !== null && address.value.isExposed) {
    surroundings.err('warning: the token goes unencrypted over the network: use https://\n');
  }
  try {
    const parts = { address: address.value, token: token.value, ...tls.value };
    return pass(new AdminClient(new AdminConnection(parts), { createId: randomUUID, wait }));
  } catch {
    return halt(
      '--admin-ca, --admin-cert, --admin-key: not PEM, or the key of another certificate',
    );
  }
}

function checkTlsOptions(options: AdminOptions, isTls: boolean): string | null {
  const { adminCa: ca, adminCert: cert, adminKey: key } = options;
  if (!isTls && (ca ?? cert ?? key) !== undefined) {
    return '--admin-ca, --admin-cert and --admin-key are for an --admin-addr of https://';
  }
  const isHalf = (cert === undefined) !== (key === undefined);
  return isHalf ? '--admin-cert and --admin-key belong together' : null;
}

function readToken(
  { adminTokenFile: file }: AdminOptions,
  { env }: Surroundings,
): Step<ConnectionOptions['token'], string> {
  const given =
    file === undefined
      ? pass(env['POSTERN_ADMIN_TOKEN'] ?? '')
      : readText('--admin-token-file', file);
  if (!given.ok) return given;
  const token = given.value.trim();
  if (token === '' && file === undefined) return pass(null);
  const source = file ?? 'POSTERN_ADMIN_TOKEN';
  return /^[\x21-\x7e]+$/.test(token)
    ? pass({ secret: new Secret(token), source })
    : halt(`${source}: expected a token of visible ASCII characters`);
}

function readTlsFiles({ adminCa, adminCert, adminKey }: AdminOptions) {
  const files = [
    ['--admin-ca', adminCa] as const,
    ['--admin-cert', adminCert] as const,
    ['--admin-key', adminKey] as const,
  ].map(([option, file]) => (file === undefined ? pass(null) : readText(option, file)));
  const unread = files.find((file) => !file.ok);
  if (unread !== undefined) return unread;
  const [ca = null, cert = null, key = null] = files.map((file) => (file.ok ? file.value : null));
  return pass({ ca, certificate: cert === null || key === null ? null : { cert, key } });
}

function readText(option: string, file: string): Step<string, string> {
  try {
    return pass(readFileSync(file, 'utf8'));
  } catch (error) {
    return halt(`${option}: cannot read ${file}: ${errorCode(error)}`);
  }
}
