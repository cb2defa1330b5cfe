/**
 * Control characters (C0, C1), line separators, and those that turn the direction of text (Unicode
 * Standard Annex #9): a terminal would obey them, and a person read something else than there is.
 */
// eslint-disable-next-line no-control-regex -- these are what is looked for
const controls = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;
const all = new RegExp(controls, 'g');

/** Whether a terminal would obey some of a text. */
export function hasControls(text: string): boolean {
  return controls.test(text);
}

/** Makes text that others wrote safe to show: `\u001b` in place of an escape. */
export function escapeControls(text: string): string {
  return text.replace(
    all,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
