import type { PluginOptions } from './plugin-options.ts';

const supported = ['bearer', 'introspection', 'client_credentials', 'password', 'session'];
const all = [...supported, ...['authorization_code', 'kong_oauth2', 'refresh_token', 'userinfo']];

/** Kong has all methods on unless told otherwise; those that are only implied may stay off. */
export function translateMethods(options: PluginOptions): readonly string[] {
  const written = options.texts('auth_methods');
  const isWritten = written.length > 0 && !all.every((method) => written.includes(method));
  const asked = isWritten ? [...new Set(written)] : all;
  const drop = (method: string, why: string) => {
    if (isWritten) options.refuse(`auth_methods.${method}`, why);
    else options.ignore(`auth_methods.${method}`, `${why}; on by default in Kong`);
  };
  for (const method of asked) {
    if (!supported.includes(method)) drop(method, 'this method has no counterpart');
  }
  const methods = supported.filter((method) => asked.includes(method));
  if (!methods.includes('client_credentials') || !methods.includes('password')) {
    return checkAny(methods, options);
  }
  drop('password', 'the header does not tell an application’s pair from a user’s');
  return methods.filter((method) => method !== 'password');
}

function checkAny(methods: readonly string[], options: PluginOptions): readonly string[] {
  const opening = methods.filter((method) => method !== 'session');
  if (opening.length > 0) return methods;
  options.stop('auth_methods', 'none of these methods has a counterpart');
  return methods;
}
