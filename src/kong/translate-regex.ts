import { halt, pass, type Step } from '../lib/step.ts';

/** Escapes that mean the same to Kong (PCRE or Rust) and to Envoy (RE2). */
const knownEscape = /^\\(?:[dDwWsSbB]|[tnrfv]|x[0-9A-Fa-f]{2}|[^A-Za-z0-9])/;
const repetition = /^(?:[*+?]|\{\d+(?:,\d*)?\})/;
const longestRepetition = 1000;

/** What Envoy escapes, or joins, before it compares a path: a pattern with it would miss requests. */
const unlikePaths = /[%"`\s]|[^\x20-\x7e]|\\[\\{}|^xtnrfv]|\/\//;

/**
 * A pattern that Kong anchors at its start alone, as one that Envoy matches against the whole path; or
 * why it cannot be one.
 */
export function translatePathRegex(pattern: string): Step<string, string> {
  if (unlikePaths.test(pattern)) {
    return halt('a path has no such characters once Envoy has normalised it');
  }
  const read = readPattern(pattern.replace(/^\^/, ''));
  if (!read.ok) return read;
  const { text, endsAtEnd } = read.value;
  return pass(endsAtEnd ? text : `${text}.*`);
}

/** A pattern that Kong looks for anywhere in a value, as one for the whole of it. */
export function translateSearchRegex(pattern: string): Step<string, string> {
  const startsAtStart = pattern.startsWith('^');
  const read = readPattern(pattern.replace(/^\^/, ''));
  if (!read.ok) return read;
  const { text, endsAtEnd } = read.value;
  return pass(`${startsAtStart ? '' : '.*'}${text}${endsAtEnd ? '' : '.*'}`);
}

interface ReadPattern {
  readonly text: string;
  readonly endsAtEnd: boolean;
}

function readPattern(pattern: string): Step<ReadPattern, string> {
  const reader = new PatternReader(pattern);
  return reader.read();
}

/** Walks over a pattern and stops at whatever the two kinds of expressions may read differently. */
class PatternReader {
  readonly #pattern: string;
  #at = 0;
  #depth = 0;
  #text = '';
  #problem: string | null = null;
  #endsAtEnd = false;

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  read(): Step<ReadPattern, string> {
    while (this.#at < this.#pattern.length && this.#problem === null) this.#step();
    if (this.#problem === null && this.#depth !== 0) this.#problem = 'a group is not closed';
    if (this.#problem !== null) return halt(this.#problem);
    return pass({ text: this.#text, endsAtEnd: this.#endsAtEnd });
  }

  #step(): void {
    const rest = this.#pattern.slice(this.#at);
    const repeated = repetition.exec(rest)?.[0];
    if (rest.startsWith('\\')) this.#escape(rest);
    else if (rest.startsWith('[')) this.#set(rest);
    else if (rest.startsWith('(')) this.#open(rest);
    else if (rest.startsWith(')')) this.#close();
    else if (repeated !== undefined) this.#repeat(repeated);
    else this.#plain(rest);
  }

  #take(length: number, as = this.#pattern.slice(this.#at, this.#at + length)): void {
    this.#text += as;
    this.#at += length;
  }

  #escape(rest: string): void {
    const escape = knownEscape.exec(rest)?.[0];
    if (escape === undefined)
      this.#problem = 'an escape that Envoy does not know or reads otherwise';
    else this.#take(escape.length);
  }

  #set(rest: string): void {
    const set = /^\[\^?\]?(?:\\.|\[:\^?[a-z]+:\]|[^\]\\[])*\]/.exec(rest)?.[0];
    const odd = set === undefined || /\\(?![dDwWsS]|[tnrfv]|[^A-Za-z0-9])/.test(set);
    // Rust gives these a meaning of their own.
    if (odd || /&&|--|~~/.test(set)) this.#problem = 'a set that Envoy may read otherwise';
    else this.#take(set.length);
  }

  #open(rest: string): void {
    const named = /^\(\?P?<[A-Za-z_]\w*>/.exec(rest)?.[0];
    const flags = /^\(\?[is]*:|^\(\?[is]+\)/.exec(rest)?.[0];
    if (named !== undefined) this.#take(named.length, '(?:');
    else if (flags !== undefined) this.#take(flags.length);
    else if (rest.startsWith('(?') || rest.startsWith('(*')) {
      this.#problem = 'a group that looks around, which Envoy does not know';
      return;
    } else this.#take(1, '(?:');
    if (flags?.endsWith(')') !== true) this.#depth += 1;
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth < 0) this.#problem = 'a group is closed that was not opened';
    else this.#take(1);
  }

  #repeat(repeated: string): void {
    const next = this.#pattern[this.#at + repeated.length];
    const counts = (repeated.match(/\d+/g) ?? []).map(Number);
    if (next === '+') this.#problem = 'a possessive repetition, which Envoy does not know';
    else if (counts.some((count) => count > longestRepetition)) {
      this.#problem = 'Envoy repeats at most 1000 times';
    } else this.#take(repeated.length + (next === '?' ? 1 : 0));
  }

  #plain(rest: string): void {
    if (rest === '$' && this.#depth === 0) {
      this.#endsAtEnd = true;
      this.#at += 1;
    } else if (rest.startsWith('$') || rest.startsWith('^')) {
      this.#problem = 'an anchor inside the pattern';
    } else if (rest.startsWith('|') && this.#depth === 0) {
      this.#problem = 'alternatives outside a group: only the first would begin at the start';
    } else this.#take(1);
  }
}
