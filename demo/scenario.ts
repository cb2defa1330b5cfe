import type { Chapter } from './scene.ts';
import { playPairs } from './scenes/pairs.ts';
import { playProofs } from './scenes/proofs.ts';
import { playRegistrations } from './scenes/registrations.ts';
import { playSessions } from './scenes/sessions.ts';
import { playTokens } from './scenes/tokens.ts';

/** The demo in its order. */
export const scenario: readonly Chapter[] = [
  { title: 'Access tokens: the application fetches one and sends it', play: playTokens },
  {
    title: 'Registrations: asked for and decided on, through the Admin API',
    play: playRegistrations,
  },
  { title: 'Client credentials: Postern fetches the token', play: playPairs },
  { title: 'Sessions: a cookie stands in for the token', play: playSessions },
  { title: 'DPoP: the token is bound to a key, and each request proves it', play: playProofs },
];
