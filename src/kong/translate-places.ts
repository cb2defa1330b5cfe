import { compact, type Json } from './json.ts';
import type { PluginOptions } from './plugin-options.ts';

/** Where a token may stand. Kong's default is everywhere; what is not written stays `Authorization`. */
export function translateTokenPlaces(options: PluginOptions, hides: boolean): Json {
  const header = options.text('bearer_token_header_name');
  const cookie = options.text('bearer_token_cookie_name');
  const places = readPlaces(options, 'bearer_token_param_type', hides);
  if (places.includes('cookie') && cookie === null) {
    options.stop('bearer_token_cookie_name', 'the place cookie needs it');
  }
  return compact({
    bearer_token_param_type: places,
    bearer_token_cookie_name: cookie,
    bearer_token_header_names: header === null ? null : [header],
  });
}

/** An empty list where the file says nothing. */
export function readPlaces(options: PluginOptions, key: string, hides: boolean): readonly string[] {
  const written = [...new Set(options.texts(key))];
  if (written.length === 0 || isDefault(written)) {
    options.ignore(key, 'in headers alone here, unless it is written');
    return [];
  }
  if (!hides || !written.includes('body')) return written;
  options.refuse(`${key}.body`, 'what stands in a body cannot be hidden from the upstream');
  const others = written.filter((place) => place !== 'body');
  return others.length === 0 ? ['header'] : others;
}

/** Dumps hold every default, so that one says no more than nothing. */
function isDefault(places: readonly string[]): boolean {
  return places.toSorted().join() === 'body,header,query';
}
