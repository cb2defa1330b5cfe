/**
 * Milliseconds after which what nobody touches any more is gone: endpoints that are not configured
 * any longer. Longer than all attempts of a delivery take.
 */
export const lifeMs = 30 * 86_400_000;
