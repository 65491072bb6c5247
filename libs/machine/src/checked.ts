import { z } from 'zod'

/** A value in its one canonical form, or what is wrong with it: "expected …", or a clause of its own. */
export type Checked = { readonly value: string } | { readonly problem: string }

/** The schema of a text that the check takes. */
export function checked(check: (text: string) => Checked): z.ZodType<string, string> {
  return z.string('expected a text').transform((text, context) => {
    const result = check(text)
    if ('value' in result) return result.value
    context.addIssue({ code: 'custom', message: result.problem, input: text })
    return z.NEVER
  })
}
