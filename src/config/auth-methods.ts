import type { AuthMethod } from '../authz/token.ts';

/** Values of `auth_methods`. */
export const authMethods = [
  'bearer',
  'introspection',
  'client_credentials',
  'password',
  'session',
] as const satisfies readonly AuthMethod[];

/** False where something is misspelt: what follows from the list would be guesswork. */
export function areAuthMethods(methods: readonly (string | null)[]): boolean {
  const known: readonly (string | null)[] = authMethods;
  return methods.every((method) => known.includes(method));
}
