/** The driver process: takes loads from its parent, one at a time, and sends back what came of them. */
import { runLoad } from './run-load.ts';
import type { Load } from './load.ts';

process.on('message', (load: Load) => {
  runLoad(load).then(
    (result) => process.send?.({ result }),
    (error: unknown) => process.send?.({ error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));
