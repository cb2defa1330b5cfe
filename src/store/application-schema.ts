import { z } from 'zod';
import { checkName, checkText, type FieldProblem } from '../registry/check-fields.ts';
import type { DeclaredApplication } from '../registry/declare-application.ts';

/** The words of the Admin API, which holds an application to the same rules. */
function text(check: (value: string) => FieldProblem) {
  return z.string().superRefine((value, context) => {
    const message = check(value);
    if (message !== null) context.addIssue({ code: 'custom', message });
  });
}

const optional = (check: (value: string) => FieldProblem) =>
  text(check)
    .nullish()
    .transform((value) => value ?? null);

/** The application that owns a declared Consumer. */
export const applicationSchema = z
  .strictObject({
    name: text(checkName),
    owner: optional(checkName),
    redirect_uri: optional(checkText),
  })
  .transform(({ name, owner, redirect_uri: redirectUri }): DeclaredApplication => {
    return { name, owner, redirectUri };
  });
