import type { Spread } from './statistics.ts';

/** `12,345`. */
export function formatWhole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

export function formatMs(ms: number): string {
  return ms.toFixed(ms < 10 ? 2 : 1);
}

/** `12 %`. */
export function formatShare(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** `1.42 (1.38–1.51)`. */
export function formatSpread({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)})`;
}

/** Up to two decimals, none where there are none. */
export function formatFigure(value: number): string {
  return Number.isInteger(value) ? formatWhole(value) : value.toFixed(2);
}
