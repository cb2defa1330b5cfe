import { escapeControls } from '../lib/terminal-controls.ts';

/** JSON that is the same for a program, and has nothing in it that a terminal would obey. */
export function writeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).split('\n').map(escapeControls).join('\n');
}
