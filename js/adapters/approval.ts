// Approval of a call by a person (human in the loop), for frameworks that pause a run until somebody decides.

import type { PlainError } from '../../index'

/** Makes the error of a call that a person declined. */
export function declinedCall(tool: string): PlainError {
  return {
    code: 'APPROVAL_REQUIRED',
    message: `a person declined this call of "${tool}"`,
    next: 'Do not make the same call again. Do something else, or say what you wanted to do.',
  }
}
