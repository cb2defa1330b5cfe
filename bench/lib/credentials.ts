/** How many digits the numbers in tokens and client ids have. */
export const digits = 8;
/** Of Postern’s own client. */
export const clientSecret = 'bench-secret';
/** Of every application; of a length that providers give out. */
const applicationSecret = '0123456789abcdef'.repeat(2);

/** Of the length that opaque tokens usually have. */
export function opaqueToken(kind: 'good' | 'made', number: number): string {
  return `${kind}-${numberText(number)}-${'0123456789abcdef'.repeat(2)}`;
}

export function numberText(number: number): string {
  return String(number).padStart(digits, '0');
}

/** `Authorization` of client `app-<number>`. */
export function basicHeader(number: number): string {
  return `Basic ${Buffer.from(`app-${numberText(number)}:${applicationSecret}`).toString('base64')}`;
}

/** The number of a client whose header is {@link basicHeader}; null for any other. */
export function readClientNumber(authorization: string | undefined): number | null {
  const pair = Buffer.from(authorization?.replace(/^Basic /, '') ?? '', 'base64').toString();
  const number = /^app-(\d+):/.exec(pair)?.[1];
  return number !== undefined && authorization === basicHeader(Number(number))
    ? Number(number)
    : null;
}
