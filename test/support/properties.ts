import fc from 'fast-check';

/**
 * fast-check with one seed, so that a run says something about the change and not about the dice.
 * `PROPERTY_SEED=random` draws a new one, to look for more; any number repeats a run.
 */
const given = process.env['PROPERTY_SEED'];
if (given !== 'random') fc.configureGlobal({ seed: given === undefined ? 20_260 : Number(given) });

export { fc };
